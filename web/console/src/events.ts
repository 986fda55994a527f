// The Realtime events that the page reads; others are ignored. Shapes: the OpenAI Realtime API (GA).

export interface ServerEvent {
  type: string;
  item_id?: string;
  response_id?: string;
  delta?: string;
  transcript?: string;
  audio_end_ms?: number;
  item?: { id: string; type: string; role?: string; content?: { type: string; text?: string; transcript?: string }[] };
  response?: {
    id: string;
    status: string;
    status_details?: { reason?: string; error?: { code?: string; message?: string } } | null;
  };
  error?: { code?: string | null; message: string };
}

/** Parses one message of the data channel; null when it is not an event. */
export function parseEvent(text: string): ServerEvent | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && typeof (value as ServerEvent).type === "string"
      ? (value as ServerEvent)
      : null;
  } catch {
    return null;
  }
}
