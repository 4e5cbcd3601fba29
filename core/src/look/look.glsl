// A look in GLSL ES 3.00 (WebGL 2, OpenGL ES 3): the table and the three amounts, as the CPU has them.
//
// Compile this file once for each pass, behind "#version 300 es" and "#define NAME"; each pass
// draws a triangle over its target. Row 0 is the picture's top row in every texture, so the last
// pass has to be flipped when it goes to the screen. Textures are read by texel: no filtering, no
// mipmaps, no conversion from sRGB. Targets are RGBA32F (EXT_color_buffer_float), but for LOOK.
//
// W, H: the picture's size; S: the shorter of both. box(sigma) is BOX along x, then along y, with
// reach = floor((sqrt(12 v + 1) - 1) / 2), v = sigma^2, and
// tip = (2 reach + 1) (3 v - reach (reach + 1)) / (6 ((reach + 1)^2 - v)).
//
//   grid      REDUCE of the picture to (W, H) min(1, 270 / S, 1080 / sqrt(W H)), rounded;
//             s: its shorter side
//   base      box(0.018 s) of BASE of box(0.018 s) of MOMENTS of the grid        (structure)
//   narrow    three times box(0.012 s / sqrt(3)) of BRIGHT of the grid           (bloom)
//   wide      three times box(0.05 s / sqrt(3)) of BRIGHT of the grid            (bloom)
//   mask      GAUSS along x, then along y, of REDUCE of the picture to (W, H) / f, rounded, with
//             f = max(1, floor(S / 720)) and
//             sigma^2 = (max(0.5, 0.0012 S) / f)^2 - (1 - 1 / f^2) / 4           (sharpen)
//   LOOK      the result, from the picture, the strip and the four above; where an amount is 0 its
//             textures are not read
//
// The picture's color is not multiplied with its alpha. Textures of 2048 and more texels are not
// everywhere: a strip of 45 points or less fits.
//
// `strip`: the table as RGBA8, size * size wide and size high: red + size * blue from the left,
// green from the top.
precision highp float;
precision highp int;
precision highp sampler2D;

uniform sampler2D source;
out vec4 result;

float luma(vec3 color) {
    return dot(color, vec3(0.2126, 0.7152, 0.0722));
}

// A texel; beyond the border the outermost one.
vec4 texel(sampler2D map, ivec2 at) {
    return texelFetch(map, clamp(at, ivec2(0), textureSize(map, 0) - 1), 0);
}

#if defined(BRIGHT) || defined(LOOK)
uniform sampler2D strip;

vec3 point(ivec3 at, int size) {
    return texelFetch(strip, ivec2(at.r + size * at.b, at.g), 0).rgb;
}

// Tetrahedral interpolation: from the cell's dark corner to the bright one, the longest way first.
vec3 table(vec3 color) {
    int size = textureSize(strip, 0).y;
    vec3 place = clamp(color, 0.0, 1.0) * float(size - 1);
    ivec3 cell = min(ivec3(place), size - 2);
    vec3 way = place - vec3(cell);
    bvec3 over = greaterThanEqual(way.rgb, way.gbr);
    ivec3 first = over.r && !over.b ? ivec3(1, 0, 0) : over.g && !over.r ? ivec3(0, 1, 0) : ivec3(0, 0, 1);
    ivec3 last = !over.r && over.b ? ivec3(1, 0, 0) : !over.g && over.r ? ivec3(0, 1, 0) : ivec3(0, 0, 1);
    if (all(over)) { first = ivec3(1, 0, 0); last = ivec3(0, 0, 1); }
    float x = dot(way, vec3(first)), z = dot(way, vec3(last)), y = dot(way, vec3(1.0)) - x - z;
    return point(cell, size) * (1.0 - x) + point(cell + first, size) * (x - y)
        + point(cell + 1 - last, size) * (y - z) + point(cell + 1, size) * z;
}
#endif

#ifdef REDUCE
uniform ivec2 target; // the target's size

// The mean over a texel's area of the squares, which are nearly linear light, and of luma.
void main() {
    vec2 scale = vec2(textureSize(source, 0)) / vec2(target);
    vec2 start = floor(gl_FragCoord.xy) * scale, end = start + scale;
    vec4 sum = vec4(0.0);
    for (int y = int(start.y); y < int(ceil(end.y - 1e-3)); y++) {
        for (int x = int(start.x); x < int(ceil(end.x - 1e-3)); x++) {
            vec2 part = min(end, vec2(x + 1, y + 1)) - max(start, vec2(x, y));
            vec3 color = texel(source, ivec2(x, y)).rgb;
            sum += part.x * part.y * vec4(color * color, luma(color));
        }
    }
    result = sum / (scale.x * scale.y);
}
#endif

#ifdef BOX
uniform ivec2 along; // (1, 0) or (0, 1)
uniform int reach;
uniform float tip;

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy), end = along * (reach + 1);
    vec4 sum = tip * (texel(source, at - end) + texel(source, at + end));
    for (int i = -reach; i <= reach; i++) sum += texel(source, at + along * i);
    result = sum / (float(2 * reach + 1) + 2.0 * tip);
}
#endif

#ifdef GAUSS
uniform ivec2 along;
uniform float sigma;

void main() {
    vec4 sum = vec4(0.0);
    float weights = 0.0;
    int reach = int(ceil(3.0 * sigma));
    for (int i = -reach; i <= reach; i++) {
        float weight = exp(-0.5 * float(i * i) / (sigma * sigma));
        sum += weight * texel(source, ivec2(gl_FragCoord.xy) + along * i);
        weights += weight;
    }
    result = sum / weights;
}
#endif

#ifdef MOMENTS
void main() {
    float y = texel(source, ivec2(gl_FragCoord.xy)).a;
    result = vec4(y, y * y, 0.0, 0.0);
}
#endif

#ifdef BASE
void main() {
    vec2 mean = texel(source, ivec2(gl_FragCoord.xy)).xy;
    float rest = 0.008 / (max(mean.y - mean.x * mean.x, 0.0) + 0.008);
    result = vec4(rest, mean.x * rest, 0.0, 0.0);
}
#endif

#ifdef BRIGHT
void main() {
    vec3 color = table(sqrt(texel(source, ivec2(gl_FragCoord.xy)).rgb));
    vec3 light = color * color;
    float part = clamp((max(light.r, max(light.g, light.b)) - 0.3) / 0.7, 0.0, 1.0);
    result = vec4(light * part * part * (3.0 - 2.0 * part), 0.0);
}
#endif

#ifdef LOOK
uniform sampler2D base, mask, narrow, wide;
uniform float structure, sharpen, bloom; // -1 to 1, 0 to 1, 0 to 1

// The glow of a cell of the grid: small lights glow visibly, large ones do not drown the picture.
vec3 glow(ivec2 at) {
    vec3 light = max(bloom * (1.6 * texel(narrow, at).rgb + 0.7 * texel(wide, at).rgb), 0.0);
    return light / (1.0 + light);
}

// Linear interpolation at this pixel.
vec4 spread(sampler2D map) {
    vec2 at = gl_FragCoord.xy * vec2(textureSize(map, 0)) / vec2(textureSize(source, 0)) - 0.5;
    ivec2 low = ivec2(floor(at));
    vec2 part = at - floor(at);
    vec4 upper = mix(texel(map, low), texel(map, low + ivec2(1, 0)), part.x);
    vec4 lower = mix(texel(map, low + ivec2(0, 1)), texel(map, low + 1), part.x);
    return mix(upper, lower, part.y);
}

void main() {
    vec4 pixel = texel(source, ivec2(gl_FragCoord.xy));
    float y = luma(pixel.rgb), change = 0.0;
    if (structure != 0.0) {
        vec4 fit = spread(base);
        float detail = fit.x * y - fit.y;
        change += structure * (structure > 0.0 ? 1.5 : 0.8) * detail * 0.2 / (0.2 + abs(detail));
    }
    if (sharpen > 0.0) {
        float detail = y - spread(mask).a, square = detail * detail;
        change += sharpen * 2.5 * 0.06 * detail * square / ((square + 6.4e-5) * (0.06 + abs(detail)));
    }
    vec3 room = change > 0.0 ? 1.0 - pixel.rgb : pixel.rgb;
    vec3 color = table(pixel.rgb + change * room / (room + abs(change) + 1e-9));
    if (bloom > 0.0) {
        vec2 at = gl_FragCoord.xy * vec2(textureSize(wide, 0)) / vec2(textureSize(source, 0)) - 0.5;
        ivec2 low = ivec2(floor(at));
        vec2 part = at - floor(at);
        vec3 upper = mix(glow(low), glow(low + ivec2(1, 0)), part.x);
        vec3 lower = mix(glow(low + ivec2(0, 1)), glow(low + 1), part.x);
        vec3 light = mix(upper, lower, part.y);
        color = sqrt(color * color + light * (1.0 - color * color));
    }
    result = vec4(color, pixel.a);
}
#endif
