import Colorist
import XCTest

/// Reads both JSON forms with Foundation alone, so that there is something to compare with what
/// the native library reads and writes.
func typedEdit(_ json: Any?) throws -> Edit {
    let tools = try XCTUnwrap(json as? [String: Any])
    return Edit(
        adjust: try used(tools["adjust"]).map(adjust),
        selectiveAdjust: try used(tools["selectiveAdjust"]).map(selectiveAdjust),
        filter: try filter(tools["filter"]))
}

/// A filter in either form; `nil` for null.
func filter(_ json: Any?) throws -> Edit.Filter? {
    guard let values = try used(json, names: ["name", "intensity"]) else { return nil }
    return Edit.Filter(
        name: try XCTUnwrap(values["name"] as? String), intensity: try number(values["intensity"]))
}

/// An object, or a list of the values of these names; `nil` for null.
private func used(_ json: Any?, names: [String] = []) throws -> [String: Any]? {
    if json == nil || json is NSNull { return nil }
    guard let list = json as? [Any] else { return try XCTUnwrap(json as? [String: Any]) }
    XCTAssertEqual(list.count, names.count)
    return Dictionary(uniqueKeysWithValues: zip(names, list))
}

/// A number that may be left out when it is 0.
private func number(_ value: Any?) throws -> Int {
    value == nil ? 0 : try XCTUnwrap(value as? Int)
}

private func adjust(_ json: [String: Any]) throws -> Edit.Adjust {
    Edit.Adjust(
        exposure: try number(json["exposure"]), contrast: try number(json["contrast"]),
        brightness: try number(json["brightness"]), highlights: try number(json["highlights"]),
        shadows: try number(json["shadows"]), saturation: try number(json["saturation"]),
        vibrance: try number(json["vibrance"]), temperature: try number(json["temperature"]),
        tint: try number(json["tint"]), hue: try number(json["hue"]),
        bloom: try number(json["bloom"]), sharpen: try number(json["sharpen"]),
        structure: try number(json["structure"]),
        linearOffset: try number(json["linearOffset"]))
}

private func selectiveAdjust(_ json: [String: Any]) throws -> Edit.SelectiveAdjust {
    func color(_ name: String) throws -> Edit.ColorAdjust {
        let color = try used(json[name], names: ["saturation", "luminance"]) ?? [:]
        return Edit.ColorAdjust(
            saturation: try number(color["saturation"]), luminance: try number(color["luminance"]))
    }
    return Edit.SelectiveAdjust(
        red: try color("red"), orange: try color("orange"), yellow: try color("yellow"),
        green: try color("green"), cyan: try color("cyan"), blue: try color("blue"))
}
