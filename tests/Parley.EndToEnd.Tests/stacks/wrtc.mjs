// libwebrtc without a browser, by @roamhq/wrtc. usage: node wrtc.mjs

import wrtc from "@roamhq/wrtc";
import { pace, serve, tell, versionOf } from "./phone.mjs";

const rate = 48_000;
const frame = rate / 100;
const { RTCPeerConnection, nonstandard } = wrtc;

class Call {
  #source = new nonstandard.RTCAudioSource();
  #queue = new Int16Array(0);
  #said = null;
  #heard = [];
  #heardRate = rate;

  constructor(video) {
    this.peer = new RTCPeerConnection();
    this.channel = this.peer.createDataChannel("oai-events");
    this.peer.addTrack(this.#source.createTrack());
    if (video) this.peer.addTransceiver("video");
    this.peer.ontrack = ({ track }) => track.kind === "audio" && this.#listen(track);
    this.peer.onconnectionstatechange = () => tell({ state: this.peer.connectionState });
    this.channel.onopen = () => tell({ open: true });
    this.channel.onmessage = ({ data }) => tell({ message: JSON.parse(data) });
    this.stopMicrophone = pace(10, () => this.#sendFrame());
  }

  #sendFrame() {
    const samples = new Int16Array(frame);
    samples.set(this.#queue.subarray(0, frame));
    this.#queue = this.#queue.subarray(Math.min(frame, this.#queue.length));
    this.#source.onData({ samples, sampleRate: rate, bitsPerSample: 16, channelCount: 1, numberOfFrames: frame });
    if (this.#queue.length === 0) this.#said?.();
  }

  #listen(track) {
    new nonstandard.RTCAudioSink(track).ondata = ({ samples, sampleRate, channelCount }) => {
      this.#heardRate = sampleRate;
      this.#heard.push(Buffer.from(samples.filter((_, i) => i % channelCount === 0).buffer));
    };
  }

  async say(pcm) {
    const bytes = Buffer.from(pcm, "base64");
    this.#queue = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    await new Promise((resolve) => (this.#said = resolve));
    this.#said = null;
  }

  takeHeard() {
    return { rate: this.#heardRate, pcm: Buffer.concat(this.#heard.splice(0)).toString("base64") };
  }

  end() {
    this.stopMicrophone();
    this.channel.close();
    this.peer.close();
  }
}

let call = null;

async function offer(options) {
  await call.peer.setLocalDescription(await call.peer.createOffer(options));
  return { offer: call.peer.localDescription.sdp };
}

await serve({ stack: "libwebrtc (@roamhq/wrtc)", version: versionOf("@roamhq/wrtc") }, {
  offer({ video }) {
    call?.end();
    call = new Call(video);
    return offer({});
  },
  restart: () => offer({ iceRestart: true }),
  async answer({ sdp }) {
    await call.peer.setRemoteDescription({ type: "answer", sdp });
    return { answered: true };
  },
  send: ({ text }) => call.channel.send(text),
  async say({ pcm }) {
    await call.say(pcm);
    return { said: true };
  },
  heard: () => ({ heard: call.takeHeard() }),
  end: () => call?.end(),
});
