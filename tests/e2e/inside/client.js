// A client that knows a URL and its certificate.
const fs = require("fs");
const https = require("https");

const name = process.argv[2];
https.get({
  host: "api.example.com", path: "/widgets", cert: fs.readFileSync(name + ".pem"), key: fs.readFileSync(name + ".key"),
}, (answer) => answer.pipe(process.stdout)).on("error", (error) => {
  console.error(error.code === "ECONNRESET" ? "reset" : error);
  process.exit(1);
});
