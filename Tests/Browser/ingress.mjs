// Home Assistant's ingress as a page sees it: below a path with a token, in a frame, with the browser's own Host, by way of
// one address (127.0.0.2 here). Prints its port.
//
//   node ingress.mjs PORT-OF-THE-PAGE
import { createServer, request } from "node:http";

const page = Number(process.argv[2]), path = "/api/hassio_ingress/a-token/";
const server = createServer((asked, answer) => {
  if (!asked.url.startsWith(path)) {
    answer.setHeader("Content-Type", "text/html");
    answer.end(`<iframe src="${path}" style="width:100%;height:700px"></iframe>`);
    return;
  }
  const headers = { ...asked.headers, "x-ingress-path": path.slice(0, -1), "x-remote-user-id": "1" };
  const passed = request(
    { host: "127.0.0.1", port: page, localAddress: "127.0.0.2", path: "/" + asked.url.slice(path.length), method: asked.method, headers },
    got => {
      answer.writeHead(got.statusCode, got.headers);
      got.pipe(answer);
    });
  passed.on("error", () => answer.destroy());
  answer.on("close", () => passed.destroy());
  asked.pipe(passed);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
