import CommandLineKit
import ModelFiles
import Plimsoll

/// `fit --image`: the tokens of an image, and how many images a prompt may have.
struct ImageReport {
  var image: ImageSize
  var answer: Answer

  enum Answer {
    case counted(tokens: ImageTokens, largest: ImageTokens, images: ImagesPerPrompt, processor: ImageProcessor)
    /// Why there are no figures.
    case unknown(String)
  }

  init(_ image: ImageSize, model: ModelInput, evaluation: Evaluation) {
    self.image = image
    answer = Self.answer(image, model, evaluation)
  }

  private static func answer(_ image: ImageSize, _ model: ModelInput, _ evaluation: Evaluation) -> Answer {
    let name = model.shape.architecture
    // Kimi's classes have one kind of input for images and parts of videos.
    guard let modality = ["image", "vision_chunk"].first(where: model.shape.traits.modalities.contains) else {
      return .unknown("\(name) takes no images")
    }
    let processor: ImageProcessor?
    do {
      processor = try ImageProcessors.processor(of: model.config, preprocessor: try model.preprocessor())
    } catch let error as ConfigError {
      return .unknown("the image processor's settings cannot be read: " + error.message)
    } catch {
      return .unknown("the image processor's settings cannot be read")
    }
    guard let processor else { return .unknown("the image processor of \(name) is not modelled") }
    guard let tokens = processor.tokens(of: image) else {
      return .unknown("the image processor takes no image with one side more than 200 times the other")
    }
    let flags = evaluation.flags
    let images = ImagesPerPrompt(
      of: tokens, largest: processor.largest, maxModelLen: evaluation.maxModelLen,
      maxNumBatchedTokens: flags.maxNumBatchedTokens, stated: flags.limitMMPerPrompt[modality],
      languageModelOnly: flags.languageModelOnly, poolTokens: evaluation.tokens)
    return .counted(tokens: tokens, largest: processor.largest, images: images, processor: processor)
  }

  /// The cells of the text report's rows.
  func rows(unicode: Bool) -> [[String]] {
    let times = unicode ? " × " : " x "
    let size = "\(image.width)\(times)\(image.height)"
    guard case .counted(let tokens, let largest, let images, let processor) = answer else {
      if case .unknown(let reason) = answer { return [["image", size + ": not known, " + reason]] }
      return []
    }
    var first = "\(size) is \(Number.grouped(tokens.prompt)) tokens"
    if tokens.prompt != tokens.embeddings { first += " (\(Number.grouped(tokens.embeddings)) from the encoder)" }
    if let tiles = tokens.tiles { first += ", \(tiles) tile\(tiles == 1 ? "" : "s")" }
    if let resized = tokens.resized { first += ", resized to \(resized.width)\(times)\(resized.height)" }
    var second =
      "\(Number.grouped(images.most)) a prompt (length \(Number.grouped(images.byLength)), "
      + "--limit-mm-per-prompt \(images.limit))"
    if let pool = images.byPool { second += "   KV cache holds \(Number.grouped(pool))" }
    second += "   encoder \(Number.grouped(images.atOnce)) at once of \(Number.grouped(images.encoderBudget)) tokens"
    let worst = "\(Number.grouped(largest.prompt)) tokens an image"
    let prompt = images.worstPrompt == largest.prompt ? "" : ", \(Number.grouped(images.worstPrompt)) a prompt"
    var rows = [["image", first], ["images", second], ["at worst", worst + prompt]]
    if !processor.assumptions.isEmpty {
      rows.append(["assumed", "as published, not in config.json: " + processor.assumptions.joined(separator: ", ")])
    }
    return rows
  }

  var document: JSON {
    var object: JSONObject = .init()
    object["width"] = .integer(image.width)
    object["height"] = .integer(image.height)
    guard case .counted(let tokens, let largest, let images, let processor) = answer else {
      for key in Self.keys { object[key] = .null }
      if case .unknown(let reason) = answer { object["unknown"] = .string(reason) }
      return .object(object)
    }
    let values: [JSON] = [
      .integer(tokens.prompt), .integer(tokens.embeddings), .optional(tokens.tiles),
      tokens.resized.map { ["width": .integer($0.width), "height": .integer($0.height)] } ?? .null,
      .integer(largest.prompt), .integer(images.most), .integer(images.byLength), .integer(images.limit),
      .optional(images.byPool), .integer(images.encoderBudget), .integer(images.atOnce), .integer(images.worstPrompt),
      .array(processor.assumptions.map { .string($0) }), .string(processor.source),
    ]
    for (key, value) in zip(Self.keys, values) { object[key] = value }
    object["unknown"] = .null
    return .object(object)
  }

  private static let keys = [
    "tokens", "encoder_tokens", "tiles", "resized", "max_tokens_per_image", "per_prompt", "per_prompt_by_length",
    "limit_per_prompt", "in_kv_cache", "encoder_budget_tokens", "encoded_at_once", "worst_prompt_tokens",
    "assumptions", "source",
  ]
}

/// `1920x1080`.
struct ImageArgument: CommandValue {
  static var placeholder: String { "WxH" }
  var size: ImageSize

  init(word: String) throws(ValueError) {
    guard let size = ImageSize(word) else {
      throw ValueError(
        "'\(word)' is not a size in pixels; write width and height, such as 1920x1080", code: "bad-image")
    }
    self.size = size
  }
}
