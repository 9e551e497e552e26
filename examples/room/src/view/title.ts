/** Sets the page's title; the function that it returns counts up what came while nobody looked. */
export function unreadTitle(title: string): () => void {
  let unread = 0;
  const show = (): void => {
    document.title = unread === 0 ? title : `(${unread}) ${title}`;
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    unread = 0;
    show();
  });
  show();
  return () => {
    if (!document.hidden) return;
    unread += 1;
    show();
  };
}
