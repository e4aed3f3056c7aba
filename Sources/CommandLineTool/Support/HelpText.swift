/// What the argument parser prints, in this program's order.
enum HelpText {
  /// How a verb is called comes first; what it does and its options follow.
  static func usageFirst(_ help: String) -> String {
    guard help.hasPrefix("OVERVIEW: ") else { return help }
    var paragraphs = help.split(separator: "\n\n").map { String($0.drop(while: \.isNewline)) }
    guard let index = paragraphs.firstIndex(where: { $0.hasPrefix("USAGE: ") }) else { return help }
    let usage = paragraphs.remove(at: index).split(separator: "\n").map { wrapped(String($0), indent: 7) }
    return ([usage.joined(separator: "\n       ")] + paragraphs).joined(separator: "\n\n")
  }

  /// Text whose lines after the first begin below it, for the terminal.
  static func wrapped(_ text: String, indent: Int) -> String {
    // What makes manual pages of it has a column less than a terminal.
    let width = max(40, Terminal.width ?? 79)
    var lines = [""]
    for word in text.split(separator: " ") {
      let line = lines[lines.count - 1]
      if line.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if indent + line.count + 1 + word.count < width {
        lines[lines.count - 1] += " \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines.joined(separator: "\n" + String(repeating: " ", count: indent))
  }

  /// The script of completions, for the other names of the program too, and for `read` without its name.
  static func completions(_ script: String, shell: String) -> String {
    switch shell {
    case "bash":
      script + """

        _mate3_called() {
            local verb=
            case "${COMP_WORDS[0]##*/}" in
                mate3_write) verb=write ;;
                mate3_pg) verb=pg ;;
                *) if [[ ${COMP_CWORD} -gt 1 && ${COMP_WORDS[1]} == -* ]]; then verb=read; fi ;;
            esac
            if [[ -n ${verb} ]]; then
                local line="mate3 ${verb} ${COMP_LINE#* }"
                COMP_POINT=$((COMP_POINT + ${#line} - ${#COMP_LINE}))
                COMP_LINE=${line}
                COMP_WORDS=(mate3 "${verb}" "${COMP_WORDS[@]:1}")
                COMP_CWORD=$((COMP_CWORD + 1))
            fi
            _mate3 mate3 "${2}" "${3}"
        }

        complete -o filenames -F _mate3_called mate3 mate3_write mate3_pg

        """
    case "zsh":
      script.replacing("#compdef mate3\n", with: "#compdef mate3 mate3_write mate3_pg\n", maxReplacements: 1)
        .replacing(
          "\n_mate3() {\n",
          with: """

            _mate3() {
                local verb=
                case "${service}" in
                    mate3_write) verb=write ;;
                    mate3_pg) verb=pg ;;
                    *) if [[ ${CURRENT} -gt 2 && "${words[2]}" == -* ]]; then verb=read; fi ;;
                esac
                if [[ -n "${verb}" ]]; then
                    words=(mate3 "${verb}" "${words[@]:1}")
                    (( CURRENT++ ))
                fi

            """, maxReplacements: 1)
    case "fish": script + "\ncomplete -c mate3_write -w 'mate3 write'\ncomplete -c mate3_pg -w 'mate3 pg'\n"
    default: script
    }
  }
}
