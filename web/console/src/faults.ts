// Why a call could not start or ended, in words that say what to do.

export interface Fault {
  title: string;
  advice: string;
}

export function microphoneFault(name: string): Fault {
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return {
        title: "The microphone is blocked.",
        advice: "Allow it in the browser's address bar (the icon beside the address), then press Talk again.",
      };
    case "NotFoundError":
    case "OverconstrainedError":
      return { title: "No microphone was found.", advice: "Connect one, or choose it in the system's sound settings, then press Talk again." };
    case "NotReadableError":
    case "AbortError":
      return { title: "The microphone is in use elsewhere.", advice: "Close the other program that uses it, then press Talk again." };
    case "InsecureContext":
      return {
        title: "This page may not use a microphone.",
        advice: "Browsers allow it only on https:// or on localhost. Open the page by one of these.",
      };
    default:
      return { title: "The microphone could not be opened.", advice: `The browser says: ${name}.` };
  }
}

/** The server answered the call's offer with an error. */
export function serverFault(status: number, message: string | null): Fault {
  if (status === 0) return { title: "The server does not answer.", advice: "Is `./parley serve` still running? Then press Talk again." };
  if (status === 401) return { title: "The server asks for a key.", advice: message ?? "Sign in, then press Talk again." };
  if (status === 503 || status === 429) return { title: "The server is full.", advice: message ?? "Try again in a moment." };
  return { title: "The server refused the call.", advice: message ?? `It answered with status ${status}.` };
}

export const connectionFault: Fault = {
  title: "No connection for sound.",
  advice: "The page reached the server, but the call's packets do not, by UDP or TCP. Check firewalls and the server's --udp-port and --tcp-port, then press Talk again.",
};

export const lostFault: Fault = {
  title: "The connection was lost.",
  advice: "The network or the server went away. Press Talk to call again.",
};
