// A client by fetch that knows a URL and its certificate. fetch takes certificates from a dispatcher of undici.
import fs from "node:fs";
import { createRequire } from "node:module";

const { Agent } = createRequire(import.meta.url)("undici");
const name = process.argv[2];
const connect = { cert: fs.readFileSync(name + ".pem"), key: fs.readFileSync(name + ".key") };
try {
  const answer = await fetch("https://api.example.com/widgets", { dispatcher: new Agent({ connect }) });
  console.log(await answer.text());
} catch (error) {
  console.error(error.cause?.code === "ECONNRESET" ? "reset" : error);
  process.exit(1);
}
