internal import ColoristFFI
public import Foundation

#if canImport(CoreImage)
    public import CoreImage
#endif

extension Edit {
    /// What this edit does to each color, ready to be applied to pictures.
    ///
    /// - Throws: ``ColoristError/look(reason:)`` when the filter is not in the catalog.
    public func look(in catalog: Catalog) throws(ColoristError) -> Look {
        do {
            return Look(try catalog.ffi.look(edit: ffi))
        } catch {
            throw ColoristError(error)
        }
    }
}

/// What an edit does to each color, and three amounts that need a pixel's neighbors and so are not
/// part of a table.
public struct Look: Sendable {
    private let ffi: FfiLook

    init(_ ffi: FfiLook) { self.ffi = ffi }

    /// Whether no color changes and no spatial amount is set.
    public var isIdentity: Bool { ffi.isIdentity() }
    /// Soft glow around bright areas, 0 to 1.
    public var bloom: Float { ffi.bloom() }
    /// Crispness of fine detail, 0 to 1.
    public var sharpen: Float { ffi.sharpen() }
    /// Local contrast, -1 to 1.
    public var structure: Float { ffi.structure() }

    /// The 3D lookup table with `size` entries along each axis, 2 to 65; 33 is usual.
    ///
    /// - Throws: ``ColoristError/look(reason:)`` for another size.
    public func lut(_ size: Int = 33) throws(ColoristError) -> LUT {
        do {
            return LUT(try ffi.lut(size: UInt32(clamping: size)))
        } catch {
            throw ColoristError(error)
        }
    }

    /// A picture with the whole look applied on the CPU, the three amounts included: for stills and
    /// for tests of one's own shader. Blocks, on 1 to 16 threads; dithered; alpha stays.
    ///
    /// `pixels` are rows without gaps of red, green, blue and alpha, a byte each, not premultiplied.
    ///
    /// - Throws: ``ColoristError/look(reason:)`` when there are not `4 * width * height` bytes.
    public func applied(
        toRGBA8 pixels: Data, width: Int, height: Int, threads: Int = 1
    ) throws(ColoristError) -> Data {
        do {
            return try ffi.appliedRgba8(
                pixels: pixels, width: UInt32(clamping: width), height: UInt32(clamping: height),
                threads: UInt32(clamping: threads))
        } catch {
            throw ColoristError(error)
        }
    }
}

/// A 3D lookup table from sRGB-encoded color to sRGB-encoded color.
public struct LUT: Sendable {
    private let ffi: FfiLut

    init(_ ffi: FfiLut) { self.ffi = ffi }

    /// Entries along each axis.
    public var size: Int { Int(ffi.size()) }

    /// Red, green, blue and alpha (always 1) of each entry as 32-bit floats, red fastest: for a 3D
    /// texture of format `rgba32Float`. 16 bytes an entry.
    public var rgbaFloats: Data { ffi.rgbaF32() }

    /// The text of a `.cube` file with that title: the look for other programs.
    public func cube(title: String = "Colorist") -> String { ffi.cube(title: title) }

    /// A picture of `size * size` x ``size`` pixels of 8-bit red, green, blue and alpha for shaders:
    /// column `red + size * blue`, row `green`.
    public var stripRGBA8: Data { ffi.stripRgba8() }

    /// Pixels of 8-bit red, green, blue and alpha with the table applied, on the CPU; alpha stays.
    public func applied(toRGBA8 pixels: Data) -> Data {
        ffi.applyRgba8(pixels: pixels)
    }
}

#if canImport(CoreImage)
    extension LUT {
        /// What Core Image's color cubes take as `inputCubeData`, with ``size`` as
        /// `inputCubeDimension`.
        public var ciColorCubeData: Data { rgbaFloats }

        /// A function that applies the table to images, for stills and for the frames of a video;
        /// any thread may call it. The table's data are made once, here. Core Image takes sizes up
        /// to 64.
        public func ciImageFilter() -> @Sendable (CIImage) -> CIImage {
            let (size, data) = (size, ciColorCubeData)
            return { image in
                guard let sRGB = CGColorSpace(name: CGColorSpace.sRGB) else { return image }
                return image.applyingFilter(
                    "CIColorCubeWithColorSpace",
                    parameters: [
                        "inputCubeDimension": size,
                        "inputCubeData": data,
                        "inputColorSpace": sRGB,
                    ])
            }
        }
    }
#endif
