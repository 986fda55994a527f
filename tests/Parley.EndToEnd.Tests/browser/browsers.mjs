// How the installed browsers are started for a test.

/** Flags that make a WAV file the microphone, and grant it without asking. */
export const fakeMicrophone = (file) => [
  "--use-fake-ui-for-media-stream",
  "--use-fake-device-for-media-stream",
  `--use-file-for-fake-audio-capture=${file}%noloop`,
];

export function chromium(profile, executable, flags = []) {
  return {
    browser: "chrome",
    executablePath: executable ?? "/usr/bin/chromium",
    userDataDir: profile,
    headless: true,
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required", ...flags,
    ],
  };
}

export function firefox(profile, executable) {
  return {
    browser: "firefox",
    executablePath: executable ?? "/usr/bin/firefox-esr",
    userDataDir: profile,
    headless: true,
    extraPrefsFirefox: {
      "media.navigator.permission.disabled": true,
      "media.navigator.streams.fake": true,
      "media.autoplay.default": 0,
      "media.autoplay.blocking_policy": 0,
      "media.autoplay.block-webaudio": false,
      // Without a sound card Firefox stops the clock of every AudioContext; this is its own stand-in for one.
      "media.cubeb.force_mock_context": true,
    },
  };
}
