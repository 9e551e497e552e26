import type { DefaultTheme } from "vitepress";
import { apiSidebars } from "./api-sidebar.js";

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
    { text: "Parity matrix", link: "/guide/parity-matrix" },
    { text: "The signaling server", link: "/guide/server" },
    { text: "Tests", link: "/guide/testing" },
    { text: "React, Vue, Svelte", link: "/guide/react" },
    { text: "Inspector", link: "/guide/inspector" },
    { text: "The command line", link: "https://github.com/peerhood/peerhood/tree/main/packages/cli#readme" },
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

const concepts: DefaultTheme.SidebarItem = {
  text: "Concepts",
  items: [
    { text: "Rooms, peers and remotes", link: "/concepts/rooms" },
    { text: "Messages, transfers and pace", link: "/concepts/transfers" },
    { text: "A remote outlives its connection", link: "/concepts/continuity" },
  ],
};

const migration: DefaultTheme.SidebarItem = {
  text: "Coming from",
  items: [
    { text: "PeerJS", link: "/migrate/peerjs" },
    { text: "simple-peer", link: "/migrate/simple-peer" },
    { text: "trystero", link: "/migrate/trystero" },
  ],
};

const reference: DefaultTheme.SidebarItem = {
  text: "Reference",
  items: [
    { text: "API", link: "/reference/api/" },
    { text: "Errors", link: "/reference/errors" },
    { text: "Limits", link: "/reference/limits" },
    { text: "Facts about the stack", link: "/facts" },
  ],
};

/** What is at the left of a page, in the order in which it is read; the API has its own. */
export const sidebar: DefaultTheme.SidebarMulti = {
  "/": [start, concepts, guides, reference, migration, protocol],
  ...apiSidebars(),
};

export const nav: DefaultTheme.NavItem[] = [
  { text: "Start here", link: "/start/bot", activeMatch: "^/start/" },
  { text: "Concepts", link: "/concepts/rooms", activeMatch: "^/concepts/" },
  { text: "Guides", link: "/guide/connections", activeMatch: "^/guide/" },
  { text: "API", link: "/reference/api/", activeMatch: "^/reference/api/" },
  { text: "Errors", link: "/reference/errors" },
];
