# The smallest origin: /hello answers at once, anything else a line every tenth of a second for eight seconds.
use strict;
use warnings;
use IO::Socket::INET;

my $server = IO::Socket::INET->new(LocalPort => 8080, Listen => 32, ReuseAddr => 1) or die "cannot listen: $!";
$SIG{CHLD} = 'IGNORE';
while (my $client = $server->accept) {
    next if fork;
    my $request = <$client> // '';
    while (my $line = <$client>) { last if $line =~ /^\r?\n$/ }
    $client->autoflush(1);
    if ($request =~ m{^GET /hello }) {
        print $client "HTTP/1.1 200 OK\r\nContent-Length: 21\r\nConnection: close\r\n\r\nhello from the origin";
        exit;
    }
    print $client "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
    for my $i (1 .. 80) {
        print $client "line $i\n";
        select undef, undef, undef, 0.1;
    }
    print $client "the end\n";
    exit;
}
