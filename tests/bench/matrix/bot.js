// SPDX-License-Identifier: MIT
// A minimal bot by matrix-bot-sdk: answers each line of another with one notice.
// usage: node bot.js URL TOKEN ROOM ANSWER, in the folder with node_modules
const Module = require("module");
const path = require("path");

// The native crypto add-on is not installed, and nothing here is encrypted.
const load = Module._load;
Module._load = (name, ...rest) =>
    name === "@matrix-org/matrix-sdk-crypto-nodejs" ? {} : load(name, ...rest);

const sdk = require(path.join(process.cwd(), "node_modules", "matrix-bot-sdk"));
sdk.LogService.setLevel(sdk.LogLevel.ERROR);

async function main(url, token, joined, answer) {
    const client = new sdk.MatrixClient(url, token);
    const self = await client.getUserId();
    client.on("room.message", (room, event) => {
        if (event.sender !== self && event.content?.msgtype === "m.text") {
            client.sendNotice(room, answer);
        }
    });
    await client.joinRoom(joined);
    await client.start();
    console.log("ready");
}

main(...process.argv.slice(2));
