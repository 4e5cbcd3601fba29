// Runs core/src/look/look.glsl as its header says, in WebGL 2. Gives the pixels of the result.
async ({ picture, strip, shader, amounts }) => {
  const gl = document.createElement("canvas").getContext("webgl2");
  if (!gl.getExtension("EXT_color_buffer_float")) throw new Error("no float targets");
  const texture = (width, height, format, pixels) => {
    const id = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, id);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    if (pixels) gl.texImage2D(gl.TEXTURE_2D, 0, format, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    else gl.texStorage2D(gl.TEXTURE_2D, 1, format, width, height);
    return { id, width, height };
  };
  const loaded = async (url) => {
    const blob = await (await fetch(url)).blob();
    const image = await createImageBitmap(blob, { colorSpaceConversion: "none" });
    return texture(image.width, image.height, gl.RGBA8, image);
  };
  const programs = {};
  const program = (name) => {
    if (programs[name]) return programs[name];
    const made = gl.createProgram();
    const attach = (kind, text) => {
      const part = gl.createShader(kind);
      gl.shaderSource(part, "#version 300 es\n" + text);
      gl.compileShader(part);
      if (!gl.getShaderParameter(part, gl.COMPILE_STATUS)) {
        throw new Error(name + ": " + gl.getShaderInfoLog(part));
      }
      gl.attachShader(made, part);
    };
    attach(gl.VERTEX_SHADER, `void main() {
      gl_Position = vec4(gl_VertexID == 1 ? 3 : -1, gl_VertexID == 2 ? 3 : -1, 0, 1);
    }`);
    attach(gl.FRAGMENT_SHADER, `#define ${name}\n` + shader);
    gl.linkProgram(made);
    if (!gl.getProgramParameter(made, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(made));
    return (programs[name] = made);
  };
  const pass = (name, textures, values, width, height, format = gl.RGBA32F) => {
    const out = texture(width, height, format);
    gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, out.id, 0);
    gl.viewport(0, 0, width, height);
    const used = program(name);
    gl.useProgram(used);
    Object.entries(textures).forEach(([key, value], unit) => {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, value.id);
      gl.uniform1i(gl.getUniformLocation(used, key), unit);
    });
    gl.activeTexture(gl.TEXTURE0 + 15);
    for (const [key, [kind, ...numbers]] of Object.entries(values)) {
      gl["uniform" + kind](gl.getUniformLocation(used, key), ...numbers);
    }
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    return out;
  };

  const source = await loaded(picture), table = await loaded(strip);
  const { width, height } = source, short = Math.min(width, height);
  const reduce = (scale) => {
    const [w, h] = [width, height].map((side) => Math.max(1, Math.round(side * scale)));
    return pass("REDUCE", { source }, { target: ["2i", w, h] }, w, h);
  };
  const same = (name, source, values = {}, more = {}) =>
    pass(name, { source, ...more }, values, source.width, source.height);
  const both = (name, source, values) => {
    const across = same(name, source, { ...values, along: ["2i", 1, 0] });
    return same(name, across, { ...values, along: ["2i", 0, 1] });
  };
  const box = (source, sigma) => {
    const v = sigma * sigma, reach = Math.floor((Math.sqrt(12 * v + 1) - 1) / 2);
    const tip = ((2 * reach + 1) * (3 * v - reach * (reach + 1))) / (6 * ((reach + 1) ** 2 - v));
    return both("BOX", source, { reach: ["1i", reach], tip: ["1f", tip] });
  };
  const grid = reduce(Math.min(1, 270 / short)), side = Math.min(grid.width, grid.height);
  const base = box(same("BASE", box(same("MOMENTS", grid), 0.018 * side)), 0.018 * side);
  const bright = same("BRIGHT", grid, {}, { strip: table });
  const glow = (share) => {
    const sigma = (share * side) / Math.sqrt(3);
    return box(box(box(bright, sigma), sigma), sigma);
  };
  const f = Math.max(1, Math.floor(short / 720));
  const sigma = Math.sqrt((Math.max(0.5, 0.0012 * short) / f) ** 2 - (1 - 1 / f ** 2) / 4);
  const mask = both("GAUSS", reduce(1 / f), { sigma: ["1f", sigma] });
  const textures = { source, strip: table, base, mask, narrow: glow(0.012), wide: glow(0.05) };
  const values = Object.entries(amounts).map(([key, value]) => [key, ["1f", value]]);
  pass("LOOK", textures, Object.fromEntries(values), width, height, gl.RGBA8);

  const pixels = new Uint8Array(4 * width * height);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  if (gl.getError()) throw new Error("WebGL");
  const blob = new Blob([pixels]);
  const data = await new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.readAsDataURL(blob);
  });
  return { width, height, pixels: data.split(",")[1] };
}
