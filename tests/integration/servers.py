"""Real web servers with castor behind them, made from the configuration files we ship.

A server here is a shipped file with its placeholders replaced, and a frame around it: what Debian's main configuration
says, and a little malice, such as a host that compresses everything. Servers run in the foreground on a free port of
127.0.0.1, without root, and are stopped by their pid.
"""

import os
import re
import shutil
import signal
import socket
import urllib.error
import urllib.request

import scratch

PATIENCE = 15  # seconds to start


class Server:
    """One web server with one castor. `mount` begins and ends with a slash."""

    name = ""
    programs = ()
    # Who starts castor: "server" (FastCGI, once), "server, each" (FastCGI, one process for each request under way),
    # "request" (CGI), "pool" (castor serve).
    starts = "server"
    # The signal to the server after which it has read its configuration again and streams go on; None: there is none.
    reload_signal = None
    # The signal after which it lets streams end, then ends.
    graceful_stop_signal = signal.SIGTERM
    # HTTP/2 beside HTTP/1.1 on the same port, without TLS.
    speaks_http2 = True

    def __init__(self, castor, mount="/", processes=2, threads=64):
        self.castor = castor
        self.mount = mount
        self.processes = processes
        self.threads = threads
        self.port = free_port()
        self.origin = "http://127.0.0.1:%d" % self.port
        self.url = self.origin + mount.rstrip("/")
        self.socket = castor.run_directory / "castor.sock"
        self.root = castor.directory("www", 0o755)
        self.pool = None
        if self.starts == "pool":
            self.start_pool()
        self.process = castor.start(self.command(), "server.log")
        try:
            scratch.wait_until(self._answers, PATIENCE, "%s answers" % self.name)
        except AssertionError as error:
            self.stop()
            raise AssertionError("%s\n%s" % (error, castor.logs())) from None

    @classmethod
    def missing(cls):
        """What is not installed, or an empty string."""
        return ", ".join(program for program in cls.programs if not scratch.find_program(program))

    def command(self):
        """Writes the configuration; the command that runs the server in the foreground."""
        raise NotImplementedError

    def start_pool(self):
        self.pool = self.castor.start(
            [str(self.castor.program), "serve", "--config", str(self.castor.config), "--listen", str(self.socket),
             "--processes", str(self.processes), "--threads", str(self.threads)], "castor.log")
        scratch.wait_until(lambda: self.socket.exists() or not self.pool.is_running(), PATIENCE, "castor serve listens")

    def stop(self, number=signal.SIGTERM):
        self.process.stop(number)
        if self.pool:
            self.pool.stop()

    def _answers(self):
        if not self.process.is_running():
            raise AssertionError("%s ended by itself" % self.name)
        try:
            with urllib.request.urlopen(self.url + "/health", timeout=5) as reply:
                return reply.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def shipped(self, path, placeholders):
        """A shipped file with placeholders replaced; each must be in it, as it says in its head."""
        text = (scratch.REPOSITORY / path).read_text(encoding="utf-8")
        for placeholder, value in placeholders.items():
            if placeholder not in text:
                raise AssertionError("%s does not mention %s" % (path, placeholder))
            text = text.replace(placeholder, str(value))
        return self.castor.write(os.path.basename(path), text, 0o644)


class Lighttpd(Server):
    name = "lighttpd"
    programs = ("lighttpd",)
    reload_signal = signal.SIGHUP
    graceful_stop_signal = signal.SIGINT

    # As in Debian's lighttpd.conf.
    FRAME = """
server.bind          = "127.0.0.1"
server.port          = %(port)d
server.document-root = "%(root)s"
server.upload-dirs   = ( "%(run)s" )
server.errorlog      = "%(log)s/error.log"
server.feature-flags += ( "server.h2proto" => "enable", "server.h2c" => "enable" )
server.feature-flags += ( "server.graceful-shutdown-timeout" => 600 )
server.http-parseopts = (
  "header-strict"            => "enable",
  "host-strict"              => "enable",
  "host-normalize"           => "enable",
  "url-normalize-unreserved" => "enable",
  "url-normalize-required"   => "enable",
  "url-ctrls-reject"         => "enable",
  "url-path-2f-decode"       => "enable",
  "url-path-dotseg-remove"   => "enable",
)
server.modules = ( "mod_access", "mod_alias", "mod_setenv" )
include "%(site)s"
"""

    def command(self):
        frame = self.FRAME % {
            "port": self.port, "root": self.root, "run": self.castor.run_directory,
            "log": self.castor.log_directory, "site": self.site(),
        }
        return ["lighttpd", "-D", "-f", str(self.castor.write("lighttpd.conf", frame))]

    def site(self):
        text_of_numbers = {
            '"CASTOR_PROCESSES" => "2"': '"CASTOR_PROCESSES" => "%d"' % self.processes,
            '"CASTOR_THREADS"   => "64"': '"CASTOR_THREADS"   => "%d"' % self.threads,
        }
        return self.shipped("lighttpd/castor.conf", {
            "/ai/": self.mount,
            "/usr/local/lib/castor/castor.fcgi": self.castor.program.with_name("castor.fcgi"),
            "/etc/castor/castor.ini": self.castor.config,
            "/run/lighttpd/castor.sock": self.socket,
            **text_of_numbers,
        })


class LighttpdCgi(Lighttpd):
    name = "lighttpd-cgi"
    starts = "request"

    def site(self):
        return self.shipped("lighttpd/castor-cgi.conf", {
            "/ai/": self.mount,
            "/usr/local/lib/castor/castor.cgi": self.castor.program.with_name("castor.cgi"),
            "/etc/castor/castor.ini": self.castor.config,
        })


class Apache(Server):
    programs = ("apache2",)
    graceful_stop_signal = signal.SIGWINCH
    modules = ()

    FRAME = """
ServerRoot "%(run)s"
DefaultRuntimeDir "%(run)s"
PidFile "%(run)s/apache.pid"
ErrorLog "%(log)s/error.log"
LogLevel warn
ServerName localhost
Listen 127.0.0.1:%(port)d
Timeout 300
%(modules)s
Protocols h2c http/1.1

<Directory "/">
    AllowOverride None
    Require all denied
</Directory>
<Directory "%(root)s">
    Options FollowSymLinks
    AllowOverride FileInfo Options
    Require all granted
</Directory>
# A host that compresses whatever it can.
AddOutputFilterByType DEFLATE text/html text/plain text/event-stream application/json
%(outside)s
<VirtualHost 127.0.0.1:%(port)d>
    ServerName localhost
    DocumentRoot "%(root)s"
    %(site)s
</VirtualHost>
"""
    COMMON_MODULES = ("mpm_event", "authz_core", "alias", "env", "dir", "filter", "deflate", "http2")

    @classmethod
    def missing(cls):
        lacking = [name for name in cls.COMMON_MODULES + cls.modules if not os.path.exists(module_path(name))]
        return super().missing() or ", ".join("mod_" + name for name in lacking)

    def command(self):
        modules = ("LoadModule %s_module %s" % (name, module_path(name)) for name in self.COMMON_MODULES + self.modules)
        frame = self.FRAME % {
            "port": self.port, "root": self.root, "run": self.castor.run_directory,
            "log": self.castor.log_directory, "modules": "\n".join(modules),
            "outside": self.outside(), "site": self.site(),
        }
        return ["apache2", "-D", "FOREGROUND", "-f", str(self.castor.write("apache.conf", frame))]

    def outside(self):
        """What stands outside of the virtual host."""
        return ""

    def site(self):
        """What stands inside of the virtual host."""
        raise NotImplementedError

    def include(self, path, placeholders):
        return 'Include "%s"' % self.shipped(path, placeholders)


class ApacheFcgid(Apache):
    name = "apache-fcgid"
    modules = ("fcgid",)
    starts = "server, each"

    def outside(self):
        return 'FcgidIPCDir "%(run)s"\nFcgidProcessTableFile "%(run)s/fcgid_shm"\n' % {"run": self.castor.run_directory} \
            + self.include("apache/castor-fcgid-server.conf", {})

    def site(self):
        return self.include("apache/castor-fcgid.conf", {
            "/ai/": self.mount,
            "/usr/local/lib/castor": self.castor.program.parent,
            "/etc/castor/castor.ini": self.castor.config,
        })


class ApacheProxyFcgi(Apache):
    name = "apache-proxy-fcgi"
    modules = ("proxy", "proxy_fcgi")
    starts = "pool"
    reload_signal = signal.SIGUSR1

    def site(self):
        return self.include("apache/castor-proxy-fcgi.conf", {
            "/ai/": self.mount,
            "/run/castor/castor.sock": self.socket,
        })


class ApacheCgi(Apache):
    name = "apache-cgi"
    modules = ("cgid",)
    starts = "request"
    reload_signal = signal.SIGUSR1

    def outside(self):
        return 'ScriptSock "%s/cgid.sock"' % self.castor.run_directory

    def site(self):
        return self.include("apache/castor-cgi.conf", {
            "/ai/": self.mount,
            "/usr/local/lib/castor": self.castor.program.parent,
            "/etc/castor/castor.ini": self.castor.config,
        })


class ApacheHtaccess(Apache):
    """Shared hosting: nothing but a directory below the document root."""

    name = "apache-htaccess"
    modules = ("cgid", "rewrite", "mime")
    starts = "request"
    reload_signal = signal.SIGUSR1

    def outside(self):
        return 'ScriptSock "%s/cgid.sock"\nTypesConfig /dev/null' % self.castor.run_directory

    def site(self):
        directory = self.root / self.mount.strip("/")
        directory.mkdir(exist_ok=True)
        self.castor.program = shutil.copy(self.castor.program, directory / "castor.cgi")
        shutil.copy(self.shipped("apache/htaccess.example", {"/home/you/castor/castor.ini": self.castor.config}),
                    directory / ".htaccess")
        return ""


class Nginx(Server):
    name = "nginx"
    programs = ("nginx",)
    starts = "pool"
    reload_signal = signal.SIGHUP
    graceful_stop_signal = signal.SIGQUIT
    speaks_http2 = False

    FRAME = """
daemon off;
worker_processes 1;
pid %(run)s/nginx.pid;
events { worker_connections 768; }
http {
    access_log off;
    client_body_temp_path %(run)s/body;
    fastcgi_temp_path     %(run)s/fastcgi;
    proxy_temp_path       %(run)s/proxy;
    scgi_temp_path        %(run)s/scgi;
    uwsgi_temp_path       %(run)s/uwsgi;
    # A host that compresses whatever it can.
    gzip on;
    gzip_types *;
    server {
        listen 127.0.0.1:%(port)d;
        root %(root)s;
        include %(site)s;
    }
}
"""

    @classmethod
    def missing(cls):
        return super().missing() or ("" if os.path.exists("/etc/nginx/fastcgi_params") else "fastcgi_params")

    def command(self):
        with open("/etc/nginx/fastcgi_params", encoding="utf-8") as file:
            self.castor.write("fastcgi_params", file.read())
        site = self.shipped("nginx/castor.conf", {"/ai/": self.mount, "/run/castor/castor.sock": self.socket})
        frame = self.FRAME % {"port": self.port, "root": self.root, "run": self.castor.run_directory, "site": site}
        return ["nginx", "-e", str(self.castor.log_directory / "error.log"),
                "-c", str(self.castor.write("nginx.conf", frame))]


ALL = (Lighttpd, LighttpdCgi, ApacheFcgid, ApacheProxyFcgi, ApacheCgi, ApacheHtaccess, Nginx)


def chosen():
    """Those whose name fits $SERVER: a name, or its beginning, or several of them separated by commas."""
    wanted = [name for name in os.environ.get("SERVER", "").split(",") if name]
    found = [server for server in ALL if not wanted or any(fits(server.name, name) for name in wanted)]
    if not found:
        raise SystemExit("SERVER=%s: there are %s" % (",".join(wanted), ", ".join(s.name for s in ALL)))
    return found


def fits(name, wanted):
    """"apache" is every Apache, "cgi" everything that is CGI; "lighttpd" is itself alone, since it is the first choice."""
    if any(server.name == wanted for server in ALL):
        return name == wanted
    return wanted in re.split("-", name)


def module_path(name):
    return "/usr/lib/apache2/modules/mod_%s.so" % name


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
