package import Plimsoll

/// `--hf-overrides` applied to a config: each value put under its path, objects on the way made where they lack.
package enum ConfigOverrides {
  package static func apply(_ settings: [JSONSetting], to json: JSON) throws(JSONError) -> JSON {
    var json = json
    for setting in settings { json = put(try JSON.parse(setting.text), at: setting.path[...], in: json) }
    return json
  }

  private static func put(_ value: JSON, at path: ArraySlice<String>, in json: JSON) -> JSON {
    guard let key = path.first else { return value }
    var members = JSONObject()
    if case .object(let own) = json { members = own }
    members[key] = put(value, at: path.dropFirst(), in: members[key] ?? .object(JSONObject()))
    return .object(members)
  }
}
