// Reads QR codes and barcodes from the camera into the field that `data-scan` names.
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm";

const EVERY_MS = 150;
// import.meta.url is this built file; the wasm lies beside it and never comes from elsewhere.
const WASM_URL = new URL(wasm, import.meta.url).href;
prepareZXingModule({ overrides: { locateFile: () => WASM_URL } });

async function scan(dialog, video, field) {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: "environment" },
  });
  const stop = () => stream.getTracks().forEach((track) => track.stop());
  // Closed while the browser still asked for the camera: the close event is over.
  if (!dialog.open) return stop();
  dialog.addEventListener("close", stop, { once: true });
  video.srcObject = stream;
  await video.play();
  const canvas = document.createElement("canvas");
  const drawing = canvas.getContext("2d", { willReadFrequently: true });
  while (dialog.open) {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    if (canvas.width) {
      drawing.drawImage(video, 0, 0);
      const image = drawing.getImageData(0, 0, canvas.width, canvas.height);
      const [found] = await readBarcodes(image, { formats: ["QRCode", "EAN-13", "Code128"] });
      if (found?.text) {
        field.value = found.text;
        dialog.close();
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.dispatchEvent(new CustomEvent("scanned", { bubbles: true }));
        return;
      }
    }
    await new Promise((done) => setTimeout(done, EVERY_MS));
  }
}

function attach(button) {
  const dialog = document.getElementById(button.dataset.scanDialog);
  const video = dialog.querySelector("video");
  const refused = dialog.querySelector("[data-refused]");
  button.addEventListener("click", () => {
    refused.hidden = true;
    dialog.showModal();
    scan(dialog, video, document.getElementById(button.dataset.scan)).catch(() => {
      refused.hidden = false;
    });
  });
  button.dataset.ready = "1";
  button.hidden = false;
}

// Browsers lend the camera only to pages of a secure origin; elsewhere the button stays hidden.
export function attachAll(root) {
  if (!navigator.mediaDevices?.getUserMedia) return;
  root.querySelectorAll("[data-scan]:not([data-ready])").forEach(attach);
}
