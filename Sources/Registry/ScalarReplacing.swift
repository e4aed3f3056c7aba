extension String {
  /// With a text in place of a scalar, wherever it stands. What reads the result, a server or a shell, knows no
  /// characters of several scalars: a quote before a combining mark ends a text too, and so does the line feed of CR LF.
  package func replacing(scalar: Unicode.Scalar, with text: String) -> String {
    String(unicodeScalars.replacing(CollectionOfOne(scalar), with: text.unicodeScalars))
  }
}
