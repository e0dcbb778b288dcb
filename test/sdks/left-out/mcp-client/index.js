exports.DEFAULT_REQUEST_TIMEOUT_MSEC = 60_000;
exports.ProtocolError = undefined;
exports.ProtocolErrorCode = undefined;
exports.SdkError = undefined;
exports.SdkErrorCode = undefined;
