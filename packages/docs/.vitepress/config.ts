import { defineConfig } from "vitepress";
import { nav, sidebar } from "./contents.js";
import { inlineSvg } from "./inline-svg.js";
import { repositoryLinks } from "./repository-links.js";

const REPOSITORY = "https://github.com/peerhood/peerhood";

export default defineConfig({
  title: "peerhood",
  description: "Rooms of peers over WebRTC, in browsers and in Node, with the same code",
  lang: "en",
  srcExclude: ["src/**"],
  // A folder's page has the name under which GitHub shows it.
  rewrites: { "protocol/README.md": "protocol/index.md" },
  markdown: {
    // The plain ones have colors on which axe-core finds too little contrast.
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    config: (md) => md.use(repositoryLinks, REPOSITORY).use(inlineSvg),
  },
  // The index of the search is one of its own, loaded with the first search.
  vite: { build: { chunkSizeWarningLimit: 2_000 } },
  themeConfig: {
    nav,
    sidebar,
    outline: [2, 3],
    search: { provider: "local" },
    socialLinks: [{ icon: "github", link: REPOSITORY }],
    footer: { message: "MIT licence" },
  },
});
