// One call: microphone, peer connection, data channel. It knows nothing of the page.

import { type ServerEvent, parseEvent } from "./events.js";
import { type Fault, connectionFault, lostFault, microphoneFault, serverFault } from "./faults.js";

export interface CallListener {
  onEvent(event: ServerEvent): void;
  onMicrophone(stream: MediaStream): void;
  onAgent(stream: MediaStream): void;
  onEnded(fault: Fault | null): void;
}

/** What the page asks of the session; everything else is the server's default. */
const sessionConfig = { type: "realtime", audio: { input: { transcription: { model: "default" } } } };

const connectTimeoutMs = 15_000;

/** How long a broken connection may take to mend itself before the call is given up. */
const disconnectGraceMs = 8_000;

export class Call {
  readonly #listener: CallListener;
  readonly #peer = new RTCPeerConnection();
  readonly #channel = this.#peer.createDataChannel("oai-events");
  #microphone: MediaStream | null = null;
  #location: string | null = null;
  #hasEnded = false;
  #timer: number | undefined;

  private constructor(listener: CallListener) {
    this.#listener = listener;
    this.#channel.onopen = () => this.#stopTimer();
    this.#channel.onmessage = (message) => {
      const event = typeof message.data === "string" ? parseEvent(message.data) : null;
      if (event && !this.#hasEnded) listener.onEvent(event);
    };
    this.#channel.onclose = () => this.#end(lostFault);
    this.#peer.ontrack = ({ track, streams }) => listener.onAgent(streams[0] ?? new MediaStream([track]));
    this.#peer.onconnectionstatechange = () => this.#follow(this.#peer.connectionState);
  }

  /** Opens the microphone and calls. Problems come through `onEnded`, never as an exception. */
  static start(listener: CallListener): Call {
    const call = new Call(listener);
    void call.#connect();
    return call;
  }

  send(event: object): void {
    if (this.#channel.readyState === "open") this.#channel.send(JSON.stringify(event));
  }

  hangUp(): void {
    this.#tellServer();
    this.#end(null);
  }

  /** The server would notice by itself; telling it frees the call at once. */
  #tellServer(): void {
    if (this.#location) void fetch(`${this.#location}/hangup`, { method: "POST", keepalive: true }).catch(() => undefined);
  }

  async #connect(): Promise<void> {
    if (!(await this.#openMicrophone()) || this.#hasEnded) return;
    this.#startTimer(connectTimeoutMs, connectionFault);
    try {
      await this.#peer.setLocalDescription();
      const answer = await this.#exchange(this.#peer.localDescription?.sdp ?? "");
      if (answer !== null && !this.#hasEnded) await this.#peer.setRemoteDescription({ type: "answer", sdp: answer });
    } catch (error) {
      this.#end({ title: "The call could not be set up.", advice: `The browser says: ${String(error)}` });
    }
  }

  async #openMicrophone(): Promise<boolean> {
    if (!navigator.mediaDevices) {
      this.#end(microphoneFault("InsecureContext"));
      return false;
    }
    try {
      const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
      const stream = await navigator.mediaDevices.getUserMedia({ audio });
      this.#microphone = stream;
      if (this.#hasEnded) {
        this.#stopMicrophone();
        return false;
      }
      for (const track of stream.getAudioTracks()) this.#peer.addTrack(track, stream);
      this.#listener.onMicrophone(stream);
      return true;
    } catch (error) {
      this.#end(microphoneFault(error instanceof DOMException ? error.name : String(error)));
      return false;
    }
  }

  async #exchange(offer: string): Promise<string | null> {
    const body = new FormData();
    body.set("sdp", offer);
    body.set("session", JSON.stringify(sessionConfig));
    let response: Response;
    try {
      response = await fetch("/v1/realtime/calls", { method: "POST", body });
    } catch {
      this.#end(serverFault(0, null));
      return null;
    }
    const text = await response.text();
    if (response.status !== 201) {
      this.#end(serverFault(response.status, errorMessage(text)));
      return null;
    }
    this.#location = response.headers.get("Location");
    if (this.#hasEnded) this.#tellServer();
    return text;
  }

  #follow(state: RTCPeerConnectionState): void {
    if (state === "failed") this.#end(this.#channel.readyState === "connecting" ? connectionFault : lostFault);
    else if (state === "closed") this.#end(lostFault);
    else if (state === "disconnected") this.#startTimer(disconnectGraceMs, lostFault);
    else if (state === "connected" && this.#channel.readyState === "open") this.#stopTimer();
  }

  #end(fault: Fault | null): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#stopTimer();
    this.#stopMicrophone();
    this.#channel.close();
    this.#peer.close();
    this.#listener.onEnded(fault);
  }

  #stopMicrophone(): void {
    for (const track of this.#microphone?.getTracks() ?? []) track.stop();
  }

  #startTimer(milliseconds: number, fault: Fault): void {
    this.#stopTimer();
    this.#timer = window.setTimeout(() => this.#end(fault), milliseconds);
  }

  #stopTimer(): void {
    window.clearTimeout(this.#timer);
  }
}

function errorMessage(body: string): string | null {
  try {
    const value = JSON.parse(body) as { error?: { message?: string } };
    return value.error?.message ?? null;
  } catch {
    return null;
  }
}
