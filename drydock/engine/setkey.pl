# Tells dockerd where the network namespace of a container is that is just being made: its hook `libnetwork-setkey`.
# That is dockerd itself, started once more, the longest single step of a start: a second where it is emulated.
# Source: Docker Engine 26, libnetwork/sandbox_externalkey_unix.go.
use strict;
use warnings;
use Socket;

my ($root, $container, $controller) = @ARGV;
$root =~ s/^-exec-root=//;
my ($pid) = join('', <STDIN>) =~ /"pid":\s*(\d+)/ or die "setkey: no process in the container's state\n";
socket(my $daemon, PF_UNIX, SOCK_STREAM, 0) or die "setkey: $!\n";
connect($daemon, pack_sockaddr_un("$root/libnetwork/$controller.sock")) or die "setkey: dockerd does not listen: $!\n";
syswrite($daemon, qq({"ContainerID":"$container","Key":"/proc/$pid/ns/net"})) or die "setkey: $!\n";
sysread($daemon, my $answer, 1024) // die "setkey: $!\n";
$answer eq 'success' or die "setkey: dockerd refused: $answer\n";
