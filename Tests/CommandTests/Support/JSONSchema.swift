import Foundation
import ModelFiles
import Testing

/// A JSON Schema of docs/schema: the part of the language that these use, and a complaint about any other keyword.
struct JSONSchema {
  private let root: JSON

  init(named name: String) throws {
    let file = projectFolder.appendingPathComponent("docs/schema/\(name).schema.json")
    guard let data = try? Data(contentsOf: file) else {
      Issue.record("docs/schema/\(name).schema.json is missing")
      throw CocoaError(.fileNoSuchFile)
    }
    root = try JSON.parse([UInt8](data))
  }

  init(_ root: JSON) { self.root = root }

  /// What of the value the schema does not admit, each with its place.
  func complaints(about value: JSON) -> [String] { check(value, root, "$") }

  private static let annotations: Set = ["$schema", "$id", "title", "description", "$defs"]

  private func check(_ value: JSON, _ schema: JSON, _ place: String) -> [String] {
    var found: [String] = []
    for key in schema.keys where !Self.annotations.contains(key) {
      guard let rule = schema[key] else { continue }
      switch key {
      case "type": found += type(value, schema, place)
      case "enum": if !schema.items("enum").contains(value) { found.append("\(place) is none of its words") }
      case "const": if value != rule { found.append("\(place) is not its constant") }
      case "required": found += missing(value, schema, place)
      case "properties": found += properties(value, rule, place)
      case "additionalProperties": found += additional(value, schema, place)
      case "items": found += elements(value, rule, place)
      case "$ref": found += reference(value, schema, place)
      default: found.append("the schema's keyword '\(key)' at \(place) is not one that this test reads")
      }
    }
    return found
  }

  private func type(_ value: JSON, _ schema: JSON, _ place: String) -> [String] {
    let allowed = schema.texts("type") + [schema.text("type")].compactMap { $0 }
    let names: [String]
    switch value {
    case .null: names = ["null"]
    case .bool: names = ["boolean"]
    case .integer, .bigInteger: names = ["integer", "number"]
    case .number: names = ["number"]
    case .string: names = ["string"]
    case .array: names = ["array"]
    case .object: names = ["object"]
    }
    return names.contains(where: allowed.contains) ? [] : ["\(place) is \(names[0]), wanted \(allowed)"]
  }

  private func missing(_ value: JSON, _ schema: JSON, _ place: String) -> [String] {
    guard case .object = value else { return [] }
    return schema.texts("required").filter { value[$0] == nil }.map { "\(place).\($0) is missing" }
  }

  private func properties(_ value: JSON, _ rules: JSON, _ place: String) -> [String] {
    rules.keys.flatMap { key -> [String] in
      guard let member = value[key], let rule = rules[key] else { return [] }
      return check(member, rule, "\(place).\(key)")
    }
  }

  private func additional(_ value: JSON, _ schema: JSON, _ place: String) -> [String] {
    guard schema.at("additionalProperties") == .bool(false) else { return [] }
    let known = schema.at("properties")?.keys ?? []
    return value.keys.filter { !known.contains($0) }.map { "\(place).\($0) is not in the schema" }
  }

  private func elements(_ value: JSON, _ rule: JSON, _ place: String) -> [String] {
    guard case .array(let items) = value else { return [] }
    return items.enumerated().flatMap { check($0.element, rule, "\(place)[\($0.offset)]") }
  }

  private func reference(_ value: JSON, _ schema: JSON, _ place: String) -> [String] {
    guard let name = schema.text("$ref"), name.hasPrefix("#/"),
      let target = root.at(name.dropFirst(2).split(separator: "/").joined(separator: "."))
    else { return ["the schema's reference at \(place) leads nowhere"] }
    return check(value, target, place)
  }
}

/// The folder of Package.swift.
var projectFolder: URL {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
}
