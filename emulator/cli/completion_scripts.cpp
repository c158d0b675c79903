// hoplab completion: what a shell reads once. Each asks the hoplab on its command line.
#include <string_view>

#include "cli/completion.h"
#include "cli/terminal.h"

namespace hoplab::cli {

namespace {

constexpr std::string_view kBash = R"(# Completion of hoplab for bash.
_hoplab() {
  local line=$COMP_LINE words=() word i
  # bash cuts words at = and : as well; what has no blank between belongs together.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if ((i)) && [[ $line != [[:blank:]]* && $line ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
    line=${line#"${line%%[![:blank:]]*}"}
    line=${line#"$word"}
  done
  local last=${words[-1]} value
  value=${last##*[=:]}
  local cut=${last%"$value"}
  COMPREPLY=()
  while IFS=$'\t' read -r word _; do
    case $word in
      :files)
        compopt -o filenames 2>/dev/null
        while read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$value")
        ;;
      :folders)
        compopt -o filenames 2>/dev/null
        while read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "$value")
        ;;
      ":command "*)
        i=0
        while [[ ${COMP_WORDS[i]} != -- ]]; do ((i++)); done
        if declare -F _command_offset >/dev/null; then
          _command_offset $((i + 1))
        elif ((COMP_CWORD == i + 1)); then
          while read -r word; do COMPREPLY+=("$word"); done < <(compgen -c -- "$value")
        else
          compopt -o default 2>/dev/null
        fi
        ;;
      *)
        COMPREPLY+=("${word#"$cut"}")
        [[ $word != *= ]] || compopt -o nospace 2>/dev/null
        ;;
    esac
  done < <("${words[0]/#\~/$HOME}" complete "${words[@]}" 2>/dev/null)
}
complete -F _hoplab hoplab
)";

constexpr std::string_view kZsh = R"(#compdef hoplab
# Completion of hoplab for zsh: as _hoplab in a folder of fpath, or read by a shell.
_hoplab() {
  local -a answer words_to_offer
  local line count binary=${(Q)words[1]}
  answer=("${(@f)$(${~binary} complete "${(@Q)words[1,CURRENT]}" 2>/dev/null)}")
  for line in $answer; do
    case $line in
      :files) compset -P '--*=' ; _files ;;
      :folders) compset -P '--*=' ; _files -/ ;;
      ':command '*)
        count=${line#:command }
        words=("${(@)words[count + 1,-1]}")
        ((CURRENT -= count))
        _normal
        return
        ;;
      *) words_to_offer+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
    esac
  done
  (($#words_to_offer == 0)) || _describe hoplab words_to_offer
}
if [[ $funcstack[1] == _hoplab ]]; then
  _hoplab "$@"
else
  compdef _hoplab hoplab
fi
)";

constexpr std::string_view kFish = R"(# Completion of hoplab for fish.
function __hoplab_complete
    set -l words (commandline -opc)
    set -l last (commandline -ct)
    set -l value (string replace -r '^--[^=]*=' '' -- "$last")
    set -l cut (string replace -r -- '(^--[^=]*=|^).*' '$1' "$last")
    for line in ($words[1] complete $words "$last" 2>/dev/null)
        switch $line
            case :files
                for path in (__fish_complete_path "$value")
                    echo "$cut$path"
                end
            case :folders
                for path in (__fish_complete_directories "$value" '')
                    echo "$cut$path"
                end
            case ':command *'
                __fish_complete_subcommand --fcs-skip=(string replace ':command ' '' $line)
            case '*'
                echo $line
        end
    end
end
complete -c hoplab -f -a '(__hoplab_complete)'
)";

}  // namespace

int completion_script(const std::string& shell) {
  print(shell == "bash" ? kBash : shell == "zsh" ? kZsh : kFish);
  return 0;
}

}  // namespace hoplab::cli
