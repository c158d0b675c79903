<?php
// A client that knows a URL and its certificate, by PHP's own curl.
$name = $argv[1];
$curl = curl_init("https://api.example.com/widgets");
curl_setopt_array($curl, [
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_SSLCERT => "$name.pem",
    CURLOPT_SSLKEY => "$name.key",
]);
$answer = curl_exec($curl);
if ($answer === false) {
    fwrite(STDERR, curl_error($curl) . "\n");
    exit(1);
}
echo $answer;
