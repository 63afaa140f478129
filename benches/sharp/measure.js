// Does with sharp what fanpass does with a photo, again and again. usage: node measure.js FILE AT_ONCE SECONDS
import fs from "node:fs";
import path from "node:path";
import sharp from "sharp";

const [file, atOnce, seconds] = process.argv.slice(2);
const upload = fs.readFileSync(file);
// Each photo on a thread of its own, as many at once as there are cores: as fanpass does it.
sharp.concurrency(1);
sharp.cache(false);

async function clean() {
  const jpeg = { quality: 80, progressive: true };
  const large = await sharp(upload)
    .rotate()
    .resize(1600, 1600, { fit: "inside", withoutEnlargement: true })
    .flatten({ background: "#fff" })
    .jpeg(jpeg)
    .toBuffer();
  const thumb = await sharp(large).resize(320, 320, { fit: "inside", withoutEnlargement: true }).jpeg(jpeg).toBuffer();
  return [large.length, thumb.length];
}

const bytes = await clean();
let done = 0;
const cpu = process.cpuUsage();
const began = process.hrtime.bigint();
const took = () => Number(process.hrtime.bigint() - began) / 1e9;
async function worker() {
  while (took() < Number(seconds)) {
    await clean();
    done += 1;
  }
}
await Promise.all(Array.from({ length: Number(atOnce) }, worker));
const wall = took();
const used = process.cpuUsage(cpu);
console.log(
  JSON.stringify({
    picture: path.basename(file),
    subject: "sharp",
    per_second: Number((done / wall).toFixed(2)),
    cpu_ms: Number(((used.user + used.system) / 1000 / done).toFixed(1)),
    peak_mb: Math.round((process.resourceUsage().maxRSS * 1024) / 1e6),
    bytes,
  }),
);
