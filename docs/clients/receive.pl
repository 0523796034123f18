#!/usr/bin/perl
# receive.pl: is told by a hall that something happened. Listens, checks each letter, and prints a line for each new one:
# event, number, where to fetch it. Needs what every Debian has: perl, and openssl for the hash.
#
#     LEYE_SECRET=… perl receive.pl 8900 [FILE]       FILE: lines go there as well
#
# A letter is good when its signature is HMAC-SM3 of "timestamp.body" under the secret, and its timestamp is of the last
# five minutes. The same letter may come twice (when our answer was lost): its X-Leye-Delivery is the same, and it is
# answered again but not told again. Put it behind a web server that speaks TLS; by itself it listens on this machine only.
use strict;
use warnings;
use IO::Socket::INET;
use IPC::Open2;

my ($port, $file) = @ARGV;
my $secret = $ENV{LEYE_SECRET} or die "LEYE_SECRET: the secret the hall gave\n";
my %had;
$| = 1;

sub sm3 { # by standard input, so that nothing secret stands in a list of processes
    my $pid = open2(my $out, my $in, qw(openssl dgst -sm3 -binary));
    binmode $_ for $in, $out;
    print $in $_[0];
    close $in;
    local $/;
    my $hash = <$out>;
    waitpid $pid, 0;
    return $hash;
}

sub hmac {
    my $key = length $secret > 64 ? sm3($secret) : $secret;
    $key .= "\0" x (64 - length $key);
    return unpack 'H*', sm3(($key ^ "\x5c" x 64) . sm3(($key ^ "\x36" x 64) . $_[0]));
}

sub same { # in a time that does not tell where they differ
    my ($x, $y) = @_;
    return 0 if length $x != length $y;
    my $d = 0;
    $d |= ord(substr $x, $_, 1) ^ ord(substr $y, $_, 1) for 0 .. length($x) - 1;
    return $d == 0;
}

sub judge { # the answer to a letter
    my ($head, $body) = @_;
    my $at = $head->{'x-leye-timestamp'} // '';
    return 400 unless $at =~ /^\d{1,12}$/ && abs(time - $at) < 300;
    my $want = hmac("$at.$body");
    return 401 unless grep { same($_, "v1=$want") } split /,/, $head->{'x-leye-signature'} // '';
    my $delivery = $head->{'x-leye-delivery'} // '';
    return 200 if $had{$delivery}++;
    my %said = $body =~ /"(event|number|address)":"([^"]*)"/g;
    my $line = join("\t", map { $said{$_} // '' } qw(event number address)) . "\n";
    print $line;
    if (defined $file) { open my $f, '>>', $file or die "$file: $!\n"; print $f $line; close $f }
    return 200;
}

my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 16, ReuseAddr => 1) or die "$port: $!\n";
while (my $c = $listen->accept) {
    my ($head, %field) = ('');
    eval {
        local $SIG{ALRM} = sub { die "slow\n" };
        alarm 10;
        while ($head !~ /\r\n\r\n/ && length $head < 8192) { sysread $c, $head, 1, length $head or die "cut off\n" }
        $field{lc $1} = $2 while $head =~ /^([\w-]+): *(.*?)\r$/mg;
        my ($body, $want) = ('', $field{'content-length'} // 0);
        die "too long\n" if $want > 65536;
        while (length $body < $want) { sysread $c, $body, $want - length $body, length $body or die "cut off\n" }
        my $answer = $head =~ /^POST / ? judge(\%field, $body) : 405;
        print $c "HTTP/1.1 $answer X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        alarm 0;
    };
    close $c;
}
