internal import ColoristFFI

extension Edit {
    /// The edit as JSON: all sliders and colors of a tool that is used, `null` for one that is not.
    public var json: String {
        editToJson(edit: ffi)
    }

    /// Reads an edit from JSON: the form of ``json``, or a shorter one without the sliders at 0.
    /// Ranges are not checked: see ``clamped(to:)``.
    ///
    /// - Throws: ``ColoristError/invalidEdit(reason:)`` with the place, never the value.
    public init(json: String) throws(ColoristError) {
        do {
            self.init(try editFromJson(json: json))
        } catch {
            throw ColoristError(error)
        }
    }
}

/// An edit is coded as one text, its ``json``, so that every coder stores the same form.
extension Edit: Codable {
    /// Reads the text that ``encode(to:)`` wrote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            try self.init(json: container.decode(String.self))
        } catch let error as ColoristError {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath, debugDescription: error.localizedDescription,
                    underlyingError: error))
        }
    }

    /// Writes ``json`` as a text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(json)
    }
}
