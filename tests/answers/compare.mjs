// node compare.mjs WASM EXPECTED FILE…: whether WebAssembly answers as `answers FILE…` did into EXPECTED.
import { readFileSync } from "node:fs";

const [wasm, expected, ...files] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(readFileSync(wasm), {});
const { push, ask, at } = instance.exports;
const whole = readFileSync(expected);
let place = 0;
let wrong = 0;
for (const file of files) {
  for (const byte of readFileSync(file)) push(byte);
  const answer = Buffer.alloc(ask());
  for (let index = 0; index < answer.length; index++) answer[index] = at(index);
  const end = whole.indexOf(10, place);
  const length = Number(whole.subarray(place, end));
  const theirs = whole.subarray(end + 1, end + 1 + length);
  place = end + 1 + length;
  if (!answer.equals(theirs)) {
    wrong++;
    console.log(`${file}: other answers`);
  }
}
console.log(`${files.length} files, ${wrong} with other answers`);
process.exit(wrong || files.length === 0 ? 1 : 0);
