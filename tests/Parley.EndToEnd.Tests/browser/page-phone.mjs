// Runs inside a page: the verbs of ../stacks/phone.mjs on the browser's own RTCPeerConnection.

export async function installPhone() {
  const rate = 48_000;
  const context = new AudioContext({ sampleRate: rate });
  const microphone = context.createMediaStreamDestination();
  // Not used, but a page that captures nothing is not shown the machine's addresses.
  await navigator.mediaDevices.getUserMedia({ audio: true });

  const heard = [];
  const ear = context.createScriptProcessor(4096, 1, 1);
  ear.onaudioprocess = ({ inputBuffer }) => heard.push(inputBuffer.getChannelData(0).slice());
  ear.connect(context.destination);

  let peer = null;
  let channel = null;

  const dial = (video) => {
    channel?.close();
    peer?.close();
    peer = new RTCPeerConnection();
    channel = peer.createDataChannel("oai-events");
    peer.addTrack(microphone.stream.getAudioTracks()[0], microphone.stream);
    if (video) peer.addTransceiver("video");
    peer.ontrack = ({ track }) => track.kind === "audio" && listen(new MediaStream([track]));
    peer.onconnectionstatechange = () => window.tell({ state: peer.connectionState });
    channel.onopen = () => window.tell({ open: true });
    channel.onmessage = ({ data }) => window.tell({ message: JSON.parse(data) });
  };
  const listen = (stream) => {
    // Chromium decodes for a WebAudio graph only what an element plays, too.
    const element = new Audio();
    element.srcObject = stream;
    element.muted = true;
    void element.play();
    context.createMediaStreamSource(stream).connect(ear);
  };
  const offer = async (options) => {
    await peer.setLocalDescription(await peer.createOffer(options));
    return { offer: peer.localDescription.sdp };
  };

  const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const toBase64 = (bytes) => {
    let text = "";
    for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    return btoa(text);
  };

  window.phone = {
    offer({ video }) {
      dial(video);
      return offer({});
    },
    restart: () => offer({ iceRestart: true }),
    async answer({ sdp }) {
      await peer.setRemoteDescription({ type: "answer", sdp });
      return { answered: true };
    },
    send({ text }) {
      channel.send(text);
    },
    async say({ pcm }) {
      const samples = new Int16Array(fromBase64(pcm).buffer);
      const player = context.createBufferSource();
      const buffer = context.createBuffer(1, samples.length, rate);
      buffer.copyToChannel(Float32Array.from(samples, (sample) => sample / 32768), 0);
      player.buffer = buffer;
      player.connect(microphone);
      await new Promise((resolve) => {
        player.onended = resolve;
        player.start();
      });
      return { said: true };
    },
    heard() {
      const blocks = heard.splice(0);
      const samples = Int16Array.from(blocks.flatMap((block) => [...block]), (value) => Math.max(-32768, Math.min(32767, Math.round(value * 32767))));
      return { heard: { rate, pcm: toBase64(new Uint8Array(samples.buffer)) } };
    },
  };
}
