//! What the fields mean by which the server is told how to run.

use super::FieldHelp;
use super::fields::of;

pub const SERVING: &[FieldHelp] = &[
    of(
        "tls_cert",
        "文件",
        "证书（PEM），服务器的在前，中间的在后；换了文件后发 SIGHUP 重新读取",
        "Certificates (PEM), the server's own first; read again on SIGHUP",
    ),
    of(
        "tls_key",
        "文件",
        "证书的密钥（PEM），不加口令，只有本程序的用户可读",
        "Key of the certificate (PEM), without a passphrase, for this program's user only",
    ),
    of(
        "log",
        "格式",
        "每个请求在 stderr 记一行，不含姓名、号码和地址中的参数；不填则只记故障",
        "A line on stderr for each request, without names, numbers or what stands in addresses; faults only unless given",
    ),
    of(
        "metrics",
        "地址",
        "另在这个地址提供运行指标 /metrics（Prometheus），不要对外开放",
        "Serve /metrics (Prometheus) at this address too, which is not for the public",
    ),
    of(
        "backup_to",
        "目录",
        "每天备份到这个目录，试着恢复并校验过才算数；密钥不在备份中",
        "Back up to this folder every day, each proved by restoring it; the key is not inside",
    ),
    of("backup_keep", "个数", "保留几个每天的备份", "How many of the daily backups are kept"),
];
