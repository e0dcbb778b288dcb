exports.voice = {
  model_id: 'sonic-3',
  voice: { mode: 'id', id: 'a-voice' },
  output_format: { container: 'raw', encoding: 'pcm_s16le', sample_rate: 16000 },
};
