package dev.tollgate.provider;

import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The authorities that the system trusts, and those of a PEM file beside them. */
public final class TrustedAuthorities {
    private TrustedAuthorities() {}

    /** Trusts the system's authorities and the file's. A file that can't be used throws {@link IllegalArgumentException}. */
    public static TrustOptions systemAnd(String pemFile) {
        try (InputStream pem = Files.newInputStream(Path.of(pemFile))) {
            KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
            all.load(null, null);
            for (X509Certificate authority : trustManager(null).getAcceptedIssuers()) {
                add(all, authority);
            }
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                add(all, authority);
            }
            return TrustOptions.wrap(trustManager(all));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "trusted certificates: " + pemFile + " (expected: a readable file of PEM certificates)", e);
        }
    }

    private static void add(KeyStore store, Certificate authority) throws GeneralSecurityException {
        store.setCertificateEntry("authority-" + store.size(), authority);
    }

    /** The trust manager of a store, or the system's own where it is null. */
    private static X509TrustManager trustManager(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return x509;
            }
        }
        throw new GeneralSecurityException("the platform has no X.509 trust manager");
    }
}
