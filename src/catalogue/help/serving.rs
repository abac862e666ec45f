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
    of(
        "smtp",
        "地址",
        "邮件服务器：smtps://主机 或 smtp://主机:587（必须能 STARTTLS，本机除外）；不填则邮件写成文件",
        "Mail server: smtps://HOST, or smtp://HOST:587, which has to offer STARTTLS unless it is this machine; files are written \
         unless given",
    ),
    of("smtp_user", "名字", "登录邮件服务器的名字", "Name to sign in to the mail server with"),
    of(
        "smtp_password_file",
        "文件",
        "邮件服务器的密码，在文件的第一行，只有本程序的用户可读",
        "Its password, on the first line of a file for this program's user only",
    ),
    of(
        "smtp_ca",
        "文件",
        "签发邮件服务器证书的机构的证书（PEM），公开机构以外的才要",
        "Certificate (PEM) of who certifies the mail server, where that is nobody public",
    ),
    of(
        "smtp_timeout",
        "秒",
        "邮件服务器每一步最多等多久",
        "How long the mail server is waited for at each step, in seconds",
    ),
    of(
        "smtp_answer_timeout",
        "秒",
        "内容发完以后最多等邮件服务器回答多久；不等的会发两次",
        "How long the answer to the content is waited for, in seconds; who does not wait sends it twice",
    ),
    of("smtp_connections", "个数", "同时最多几个连接", "Connections to the mail server at a time"),
    of(
        "mail_from",
        "地址",
        "发件人，如 \"实习办 <shixi@example.cn>\"",
        "Who writes, such as \"Office <office@example.cn>\"",
    ),
    of(
        "mail_bounces_to",
        "地址",
        "退信的邮箱，须收 名字+任意@域名；不填为发件人",
        "Mailbox of what comes back, which has to take name+anything@domain; that of the sender unless given",
    ),
    of("mail_per_minute", "封数", "每分钟最多发几封", "Letters a minute"),
    of(
        "mail_folder",
        "目录",
        "没有邮件服务器时邮件写到这里；不填为数据目录下的 mail",
        "Where mail is written without a mail server; mail in the data folder unless given",
    ),
    of(
        "mail_returned",
        "目录",
        "退信所在的 Maildir，读后移到 cur",
        "Maildir of what came back, which is read and laid to cur",
    ),
    of("backup_keep", "个数", "保留几个每天的备份", "How many of the daily backups are kept"),
];
