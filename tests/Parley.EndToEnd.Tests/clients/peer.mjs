import wrtc from "@roamhq/wrtc";
import { Microphone } from "./microphone.mjs";

const rate = 48_000;
const { RTCPeerConnection, nonstandard } = wrtc;

/** A WebRTC peer in Node that speaks from a file of phrases and keeps what it hears. */
export class Peer {
  #connection = new RTCPeerConnection();
  #channel;
  #heard = [];
  #heardRate = rate;
  #microphone;
  closed;

  /** @param onEvent takes each server event; `channel` options of the data channel */
  constructor(phrases, onEvent, channel) {
    this.#channel = this.#connection.createDataChannel("oai-events", channel);
    const source = new nonstandard.RTCAudioSource();
    this.#connection.addTrack(source.createTrack());
    this.#connection.ontrack = ({ track }) => {
      new nonstandard.RTCAudioSink(track).ondata = ({ samples, sampleRate, channelCount }) => {
        this.#heardRate = sampleRate;
        this.#heard.push(Buffer.from(samples.filter((_, i) => i % channelCount === 0).buffer));
      };
    };
    this.#channel.onmessage = ({ data }) => onEvent(JSON.parse(data));
    this.closed = new Promise((resolve) => (this.#channel.onclose = resolve));
    this.#microphone = new Microphone(phrases, rate, (samples) =>
      source.onData({ samples, sampleRate: rate, bitsPerSample: 16, channelCount: 1, numberOfFrames: samples.length }),
    );
  }

  async offer() {
    await this.#connection.setLocalDescription(await this.#connection.createOffer());
    return this.#connection.localDescription.sdp;
  }

  accept(sdp) {
    return this.#connection.setRemoteDescription({ type: "answer", sdp });
  }

  send(event) {
    this.#channel.send(JSON.stringify(event));
  }

  say(words) {
    return this.#microphone.say(words);
  }

  heard() {
    return { rate: this.#heardRate, pcm: Buffer.concat(this.#heard).toString("base64") };
  }

  end() {
    this.#microphone.stop();
    this.#connection.close();
  }
}
