/** Classes of software, formats and commands whose members exclude one another, one a row. */
export const TECHNICAL_RIVALS = `
python java javascript typescript rust golang ruby php perl kotlin swift scala haskell zig nim ocaml crystal groovy pascal prolog lisp scheme vba powershell bash zsh solidity
react angular vue svelte solidjs preact nextjs nuxt remix astro gatsby jquery ember
django flask fastapi rails laravel symfony spring express nestjs koa fastify phoenix
bootstrap tailwind bulma materialize
pandas numpy polars scipy matplotlib seaborn plotly pytorch tensorflow keras jax xgboost
selenium playwright cypress puppeteer
jest mocha vitest jasmine pytest unittest junit
webpack vite rollup parcel esbuild
mysql postgresql sqlite mariadb mongodb redis cassandra dynamodb elasticsearch neo4j couchdb firestore snowflake bigquery redshift clickhouse influxdb cockroachdb
kafka rabbitmq nats sqs
aws azure gcp heroku digitalocean vercel netlify cloudflare linode hetzner
lambda ec2 s3 rds fargate
docker podman kubernetes nomad openshift
terraform ansible puppet pulumi
jenkins circleci travis gitlab github
nginx apache caddy traefik haproxy
linux windows macos ubuntu debian fedora centos arch android ios freebsd alpine
chrome firefox safari edge opera brave vivaldi
vscode vim emacs neovim nano pycharm intellij eclipse xcode sublime
excel word powerpoint outlook sheets access
photoshop illustrator indesign lightroom gimp inkscape figma sketch canva blender
slack teams zoom discord skype whatsapp telegram messenger
trello jira asana notion confluence
dropbox onedrive icloud
alexa siri cortana bixby
netflix hulu disney hbo spotify deezer tidal
instagram facebook twitter tiktok linkedin reddit snapchat pinterest youtube twitch tumblr mastodon
paypal venmo stripe klarna revolut wise
playstation xbox nintendo
iphone ipad macbook imac airpods
samsung huawei xiaomi oneplus nokia motorola sony lg dell lenovo hp acer asus
pdf docx txt csv xlsx html markdown epub rtf
jpg jpeg png gif svg webp bmp tiff
mp3 wav flac aac ogg
mp4 avi mkv mov webm
zip tar gzip rar 7z
json xml yaml csv toml protobuf avro parquet
http https ftp sftp ssh smtp imap pop3 mqtt websocket grpc
rest graphql soap grpc
get post put patch delete head
commit push pull fetch merge rebase clone stash checkout revert tag
insert update delete select truncate
min max avg sum count
inner outer left right cross
varchar integer boolean timestamp
quicksort mergesort heapsort bubblesort
stack queue heap tree graph trie
sha1 sha256 md5 bcrypt
aes rsa des
ipv4 ipv6
usb hdmi bluetooth ethernet
ssd hdd
cpu gpu ram
hue saturation contrast brightness
sin cos tan log sqrt
sine cosine tangent logarithm
bold italic underline strikethrough
`
