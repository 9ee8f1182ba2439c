/// Where caches lie on this machine, by the variables that move them.
enum HubFolders {
  /// `HF_HOME`, which holds the token and the cache of huggingface_hub (`huggingface_hub/constants.py`).
  static func home(_ environment: (String) -> String?) -> String? {
    set("HF_HOME", environment) ?? caches(environment).map { FilePaths.join($0, "huggingface") }
  }

  /// The cache of huggingface_hub.
  static func hub(_ environment: (String) -> String?) -> String? {
    set("HF_HUB_CACHE", environment) ?? set("HUGGINGFACE_HUB_CACHE", environment)
      ?? home(environment).map { FilePaths.join($0, "hub") }
  }

  /// Our own cache.
  static func own(_ environment: (String) -> String?) -> String? {
    caches(environment).map { FilePaths.join($0, "plimsoll/hub") }
  }

  /// The cache of ModelScope (`modelscope/hub/utils/utils.py get_cache_dir`).
  static func modelScope(_ environment: (String) -> String?) -> String? {
    set("MODELSCOPE_CACHE", environment)
      ?? user(environment).map { FilePaths.join($0, ".cache/modelscope/hub") }
  }

  /// Where what is thrown away again is kept while it is read, the best first.
  static func scratch(_ environment: (String) -> String?) -> [String] {
    [own(environment), set("TMPDIR", environment), "/tmp", "/dev/shm"].compactMap { $0 }
  }

  private static func caches(_ environment: (String) -> String?) -> String? {
    if let named = set("XDG_CACHE_HOME", environment), named.hasPrefix("/") { return named }
    return user(environment).map { FilePaths.join($0, ".cache") }
  }

  private static func user(_ environment: (String) -> String?) -> String? { set("HOME", environment) }

  private static func set(_ name: String, _ environment: (String) -> String?) -> String? {
    guard let value = environment(name), !value.isEmpty else { return nil }
    if value == "~" || value.hasPrefix("~/"), name != "HOME", let home = user(environment) {
      return home + value.dropFirst()
    }
    return value
  }
}
