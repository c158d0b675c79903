<?php
// A client that knows a URL and its certificate, by a stream of PHP's.
$name = $argv[1];
$context = stream_context_create(["ssl" => ["local_cert" => "$name.pem", "local_pk" => "$name.key"]]);
$answer = file_get_contents("https://api.example.com/widgets", false, $context);
if ($answer === false) {
    exit(1);
}
echo $answer;
