import type { DefaultTheme } from "vitepress";

const start: DefaultTheme.SidebarItem = {
  text: "Start here",
  items: [
    { text: "A bot", link: "/start/bot" },
    { text: "A page", link: "/start/page" },
    { text: "A test", link: "/start/test" },
  ],
};

const guides: DefaultTheme.SidebarItem = {
  text: "Guides",
  items: [
    { text: "Connections", link: "/guide/connections" },
    { text: "Files", link: "/guide/files" },
    { text: "Requests", link: "/guide/requests" },
    { text: "Streams", link: "/guide/media" },
    { text: "Security and threat model", link: "/guide/security" },
    { text: "Drivers", link: "/guide/drivers" },
    { text: "Driver matrix", link: "/guide/driver-matrix" },
    { text: "The signaling server", link: "/guide/server" },
    { text: "Tests", link: "/guide/testing" },
    { text: "React, Vue, Svelte", link: "/guide/react" },
    { text: "Inspector", link: "/guide/inspector" },
  ],
};

const protocol: DefaultTheme.SidebarItem = {
  text: "Protocol",
  items: [
    { text: "Overview", link: "/protocol/" },
    { text: "Signaling server", link: "/protocol/signaling-server" },
    { text: "Signals", link: "/protocol/signals" },
    { text: "Control channel", link: "/protocol/control" },
    { text: "Frames", link: "/protocol/frames" },
    { text: "Requests", link: "/protocol/requests" },
  ],
};

/** What is at the left of every page, in the order in which it is read. */
export const sidebar: DefaultTheme.SidebarItem[] = [
  start,
  guides,
  { ...protocol, collapsed: true },
  { text: "More", items: [{ text: "Facts about the stack", link: "/facts" }] },
];

export const nav: DefaultTheme.NavItem[] = [
  { text: "Start here", link: "/start/bot", activeMatch: "^/start/" },
  { text: "Guides", link: "/guide/connections", activeMatch: "^/guide/" },
  { text: "Protocol", link: "/protocol/", activeMatch: "^/protocol/" },
];
