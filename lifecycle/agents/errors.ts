import { tellByCode } from '../../core/brand.ts';
import { HangupError } from '../../core/errors.ts';

/**
 * - `ERR_AGENT_SPAWN`: the command cannot be started
 * - `ERR_AGENT_EXISTS`: an agent with this id has not ended
 * - `ERR_AGENT_STORE`: the store does not answer or cannot be written, or no file can be opened to look for the agent
 * - `ERR_AGENT_NOT_READY`: the agent exited, or its time was over, before it said that it was ready
 * - `ERR_AGENT_ENDED`: it was ended while it started
 * - `ERR_AGENT_HOST`: its host does not answer
 */
export type AgentErrorCode = `ERR_AGENT_${'SPAWN' | 'EXISTS' | 'STORE' | 'NOT_READY' | 'ENDED' | 'HOST'}`;

/** An agent could not be started, or not be found. */
export class AgentError extends HangupError {
  static {
    tellByCode(AgentError, 'AgentError', /^ERR_AGENT_/);
  }

  override name = 'AgentError';
  declare readonly code: AgentErrorCode;
  /** The id of the agent. */
  readonly id: string;

  constructor(code: AgentErrorCode, id: string, why: string, options?: { cause?: unknown }) {
    super(code, `agent ${id}: ${why}`, options);
    this.id = id;
  }
}
