# readers.rb KEPT: polls the URLs of a JSON array on stdin and prints what ruby's rss
# reads, {URL: {id: [title, link, content]}}. Asks with If-Modified-Since alone, as many do;
# KEPT has the dates and the entries from one poll to the next.
require "json"
require "net/http"
require "rss"

def text(field)
  field.respond_to?(:content) ? field.content : field
end

def entries(body)
  feed = RSS::Parser.parse(body, validate: true, ignore_unknown_element: true)
  if feed.is_a?(RSS::Atom::Feed)
    feed.entries.to_h { |e| [text(e.id), [text(e.title), e.link.href, text(e.content)]] }
  else
    feed.items.to_h { |e| [text(e.guid), [e.title, e.link, e.content_encoded]] }
  end
end

file = ARGV.fetch(0)
kept = File.exist?(file) ? JSON.parse(File.read(file)) : {}
JSON.parse($stdin.read).each do |url|
  before = kept[url]
  uri = URI(url)
  request = Net::HTTP::Get.new(uri)
  request["If-Modified-Since"] = before["modified"] if before
  answer = Net::HTTP.start(uri.host, uri.port, nil) { |http| http.request(request) }
  next if answer.code == "304"
  abort("#{url}: #{answer.code}") unless answer.code == "200"
  kept[url] = { "modified" => answer["Last-Modified"], "entries" => entries(answer.body) }
end
File.write(file, JSON.generate(kept))
puts JSON.generate(kept.transform_values { |feed| feed["entries"] })
