import Plimsoll

/// What a user is told where the hub does not give what was asked.
extension HubReading {
  /// The answer, where it is one that has what was asked for.
  func accepted(_ reply: CurlReply, _ request: CurlRequest) throws(HubFailure) -> HTTPAnswer {
    let address = shown(request.url)
    switch reply {
    case .answer(let answer):
      guard answer.status >= 400 else { return answer }
      throw refusal(answer, address)
    case .tooLong(let answer):
      if let answer, answer.status >= 400 { throw refusal(answer, address) }
      throw HubFailure(.answer, "\(address) sends more than the \(request.limit) bytes that are read of it")
    case .failed(let code, let text): throw failure(code, text, address)
    }
  }

  /// The error codes are those of `huggingface_hub/utils/_http.py hf_raise_for_status`.
  private func refusal(_ answer: HTTPAnswer, _ address: String) -> HubFailure {
    let hasToken = curl.token != nil
    switch (answer.status, answer["x-error-code"] ?? "") {
    case (_, "GatedRepo"):
      let who = hasToken ? "with the account of \(tokenSource)" : "and set \(tokenVariable)"
      return HubFailure(.gated, "'\(id.name)' is gated: accept its terms at \(site.page(id.name)) \(who)")
    case (_, "RevisionNotFound"):
      return HubFailure(
        .revision, "'\(id.name)' has no revision '\(revision)'; see \(site.page(id.name))/tree/\(site.mainRevision)")
    case (_, "EntryNotFound"):
      return HubFailure(.missing, "\(address) is not there")
    case (401, _) where answer["x-error-message"]?.holds("Invalid credentials") ?? false:
      return HubFailure(.token, "\(site.shown) does not know \(tokenSource); make a new one there, or take it away")
    case (401, _), (404, _), (_, "RepoNotFound"):
      let next =
        hasToken
        ? "check its name, and whether the account of \(tokenSource) may read it"
        : "check its name; where it is private, set \(tokenVariable)"
      return HubFailure(.unknown, "\(site.shown) has no model '\(id.name)' that is open to you: \(next)")
    case (403, _):
      return HubFailure(
        .unknown, "\(site.shown) does not let you read '\(id.name)': ask its owner, or set \(tokenVariable)")
    case (429, _):
      let wait = answer["retry-after"].flatMap { Int($0) }.map { " in \($0) s" } ?? " later"
      let token = hasToken ? "" : ", or set \(tokenVariable): who has one may ask more often"
      return HubFailure(.busy, "\(site.shown) is asked too often from here (429); try again\(wait)\(token)")
    case (500..., _):
      return HubFailure(.busy, "\(address) fails with \(answer.status), again and again; try later")
    default: return HubFailure(.answer, "\(address) answers with \(answer.status), which is not expected")
    }
  }

  /// By curl's exit codes (curl(1)).
  private func failure(_ code: Int, _ text: String, _ address: String) -> HubFailure {
    let said = text.isEmpty ? "" : " (\(text))"
    let otherwise = "--offline plans from what is cached, and a folder with config.json needs no network"
    return switch code {
    case 1:
      HubFailure(
        .answer,
        "\(address) leads to an address that is not \(curl.isPlain ? "http" : "https"), which is not followed\(said)")
    case 5: HubFailure(.network, "the proxy is not found\(said); see https_proxy")
    case 6: HubFailure(.network, "\(site.shown) is not found\(said); \(otherwise)")
    case 7: HubFailure(.network, "\(site.shown) cannot be reached\(said); \(otherwise)")
    case 28: HubFailure(.network, "\(address) is not answered in time\(said); \(otherwise)")
    case 35, 60, 77:
      HubFailure(.network, "\(site.shown) cannot be trusted\(said); SSL_CERT_FILE names certificates of your own")
    case 18, 52, 55, 56: HubFailure(.network, "\(address) breaks off\(said); try again")
    case 23: HubFailure(.disk, "there is no room to read \(address) into\(said); TMPDIR names another folder")
    case 47: HubFailure(.answer, "\(address) redirects in a circle\(said)")
    default: HubFailure(.network, "\(address) cannot be read\(said), curl's error \(code)")
    }
  }

  func unexpected(_ url: String, _ what: String) -> HubFailure {
    let mirror =
      site == .huggingFace || site == .modelScope ? "is there a proxy that asks for something?" : "is it a hub?"
    return HubFailure(.answer, "\(shown(url)) \(what); \(mirror)")
  }

  /// An address without the name and the password that the hub's may hold.
  func shown(_ url: String) -> String {
    url.hasPrefix(site.base) ? site.shown + url.dropFirst(site.base.count) : url
  }

  private var tokenVariable: String { site.kind == .huggingFace ? "HF_TOKEN" : "MODELSCOPE_API_TOKEN" }
  private var tokenSource: String { curl.token.map { "\($0)" } ?? tokenVariable }
}
