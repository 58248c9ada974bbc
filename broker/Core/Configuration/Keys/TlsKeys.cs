using Broker.Remoting.Tls;
using static Broker.Core.Configuration.ConfigSection;
using static Broker.Core.Configuration.Keys.KeyKinds;

namespace Broker.Core.Configuration.Keys;

/// <summary>
/// How connections are encrypted; of name servers, too. Apache takes the same names as system properties or in a file
/// of their own.
/// </summary>
static class TlsKeys
{
    public static readonly ConfigKey[] All =
    [
        Words(
            Tls,
            "tls.server.mode",
            AtStart,
            [("disabled", TlsMode.Disabled), ("permissive", TlsMode.Permissive), ("enforcing", TlsMode.Enforcing)],
            o => o.Tls.Mode,
            (o, v) => o.Tls.Mode = v,
            "permissive takes plain and encrypted connections on the same port, enforcing only encrypted ones."
        ),
        Text(
            Tls,
            "tls.server.certPath",
            AtStart,
            o => o.Tls.CertificatePath,
            (o, v) => o.Tls.CertificatePath = v,
            "PEM file of the certificate and its chain. It is read again when it changes."
        ),
        Text(
            Tls,
            "tls.server.keyPath",
            AtStart,
            o => o.Tls.KeyPath,
            (o, v) => o.Tls.KeyPath = v,
            "PEM file of the certificate's key."
        ),
        Text(
            Tls,
            "tls.server.keyPassword",
            AtStart,
            o => o.Tls.KeyPassword,
            (o, v) => o.Tls.KeyPassword = v,
            "Password of the key, if it has one."
        ),
        Words(
            Tls,
            "tls.server.need.client.auth",
            AtStart,
            [
                ("none", ClientCertificates.None),
                ("optional", ClientCertificates.Optional),
                ("require", ClientCertificates.Require),
            ],
            o => o.Tls.ClientCertificates,
            (o, v) => o.Tls.ClientCertificates = v,
            "Whether clients show a certificate. One that is shown must lead to tls.server.trustCertPath."
        ),
        Text(
            Tls,
            "tls.server.trustCertPath",
            AtStart,
            o => o.Tls.TrustPath,
            (o, v) => o.Tls.TrustPath = v,
            "PEM file of the roots that clients' certificates lead to. Empty: those of the system."
        ),
        Bool(
            Tls,
            "tls.test.mode.enable",
            AtStart,
            o => o.Tls.TestMode,
            (o, v) => o.Tls.TestMode = v,
            "Without a certificate, make one: encrypted, but proof of nothing."
        ),
    ];
}
