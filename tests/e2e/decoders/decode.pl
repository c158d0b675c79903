# How services in Perl read the certificate out of a header: as decode.py, with Perl's own rule.
use strict;
use warnings;
use MIME::Base64;
use URI::Escape;

my $block = qr/-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----/s;

print "uri_unescape\n";
while (my $value = <STDIN>) {
  chomp $value;
  my @bodies = uri_unescape($value) =~ /$block/g;  # percent-decoding of RFC 3986
  print join(' ', map { encode_base64(decode_base64($_), '') } @bodies), "\n";
}
