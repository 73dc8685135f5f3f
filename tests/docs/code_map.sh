# docs/architecture.md names every source file of the project, and none that is not there. In its
# map "prog.{h,c}" stands for both files and "eval_level_*.c" for all that match.
root=$DATA/../../..
cd "$root" || exit 9
map=docs/architecture.md
find runtime frontend search passes tools -type f ! -name README.md ! -path "*/catalogue/entries/*" | sort | while read -r file; do
    name=${file##*/}
    stem=${name%.*}
    family=${stem%_*}
    grep -qF -e "\`$name\`" -e "\`$stem.{h,c}\`" -e "\`$stem.{def,h,c}\`" -e "\`${family}_*.c\`" -e "\`${family}_*.{h,c}\`" "$map" ||
        echo "$map does not name $file"
done
grep -o '`[a-z][a-z_0-9]*\.[{a-z,}]*`' "$map" | tr -d '\`' | sort -u | while read -r name; do
    case $name in
        *.{*) found=$(find . -name "${name%.*}.c" -not -path './build*') ;;
        *) found=$(find . -name "$name" -not -path './build*') ;;
    esac
    [ -n "$found" ] || echo "$map names $name, which is not there"
done
