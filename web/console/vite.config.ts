import { defineConfig } from "vite";

// The server embeds what is built here. `npm run dev` serves the page with the API of a running `./parley serve`.
export default defineConfig({
  base: "./",
  build: { outDir: "../../artifacts/console", emptyOutDir: true, target: "es2022", assetsInlineLimit: 0 },
  server: { proxy: { "/v1": "http://127.0.0.1:8080", "/console.json": "http://127.0.0.1:8080" } },
});
