/**
 * Which events the agents SDK could not read. Its parser passes every event to "*"; one that its schema refuses goes no further,
 * and so never arrives under its own type.
 */
export function follow(transport, events) {
  const unread = new Set();
  const followed = new Set();
  let last;
  transport.on("*", (event) => {
    last = event;
    unread.add(event);
    if (!followed.has(event.type)) {
      followed.add(event.type);
      transport.on(event.type, () => unread.delete(last));
    }
    events.add(event);
  });
  return unread;
}
