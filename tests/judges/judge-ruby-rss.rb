# Reads [{file, path, entries}] and prints findings, one JSON array
# [level, where, text] a line.
require "json"
require "rss"

JSON.parse($stdin.read).each do |document|
  say = ->(text) { puts ["error", document["path"], text].to_json }
  begin
    feed = RSS::Parser.parse(File.read(document["file"]), validate: true,
                             ignore_unknown_element: true)
    if feed.nil?
      say.("of no known format")
      next
    end
    count = feed.items.size
    say.("#{count} of #{document["entries"]} entries") if count != document["entries"]
  rescue StandardError => e
    say.("#{e.class}: #{e.message}")
  end
end
puts ["done", "", ""].to_json
